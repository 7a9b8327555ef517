import {decode, defineConfig, describeOptions, duration, option, parseDuration} from '@sluice/config';
import {expect, test} from 'vitest';

const HOUR = 3_600_000;
const config = defineConfig('watch', 'Watches.', {
  maxAge: option(duration().prefault('26h'), {describe: 'How old.', value: 'TIME'}),
  keep: option(duration().optional(), {describe: 'How long.'}),
});

test.each([
  ['15m', HOUR / 4], ['26h', 26 * HOUR], ['90d', 90 * 24 * HOUR], ['2w', 14 * 24 * HOUR], ['1d12h', 36 * HOUR], ['45s', 45_000], [' 26h ', 26 * HOUR], ['36500d', 36_500 * 24 * HOUR],
])('%s is a length of time', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each(['', '26', 'h', '0h', '-1h', '1.5h', '26 h', '26H', '26hours', '1e3h', '36501d', '999999999w', '26h;', '１h'])('%j is none', text => {
  expect(parseDuration(text)).toBeNull();
});

test('an option of it has its default as a person writes it, and its value in milliseconds, from a flag, a variable or a file', () => {
  expect(describeOptions(config)).toMatchObject([{key: 'maxAge', kind: 'text', default: '26h', required: false}, {key: 'keep', required: false}]);
  expect(decode(config, {})).toEqual({maxAge: 26 * HOUR});
  expect(decode(config, {flags: {maxAge: '15m'}, env: {SLUICE_KEEP: '90d'}})).toEqual({maxAge: HOUR / 4, keep: 90 * 24 * HOUR});
});

test('what is none is told with what would be right, not with what was given', () => {
  expect(() => decode(config, {flags: {maxAge: 'hunter2'}})).toThrow('--max-age must be a length of time such as 15m, 26h, 90d or 1d12h, at most 36500d');
});
