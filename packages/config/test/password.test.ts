import {passwordFrom} from '@sluice/config';
import {execFileSync} from 'node:child_process';
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {inspect} from 'node:util';
import {afterAll, expect, test} from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'sluice-password-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));
const file = (name: string, content: string | Uint8Array, mode = 0o600) => {
  writeFileSync(join(folder, name), content);
  chmodSync(join(folder, name), mode);
  return join(folder, name);
};
const variable = 'SLUICE_SOURCE_PASSWORD';

test.each([['x\n', 'x'], ['x\r\n', 'x'], ['x', 'x'], [' x ', ' x '], ['\ufeffx', 'x'], ['é😀\n', 'é😀']])('a file with %j holds the password %j', async (content, password) => {
  const found = await passwordFrom({file: file('a', content), variable, env: {}});
  expect(found.password?.reveal()).toBe(password);
  expect(found).toMatchObject({from: '--password-file', warnings: []});
});

test.each([
  ['', /is empty$/], ['\n', /is empty$/], ['user\nhunter2\n', /more than one line$/], ['hunter2\n\n', /more than one line$/],
  [Buffer.from('hunter2\xe9', 'latin1'), /not UTF-8/], [Buffer.alloc(70_000, 'hunter2'), /too large/],
])('an unsuitable file is refused without telling what is in it', async (content, message) => {
  const path = file('b', content);
  const error: unknown = await passwordFrom({file: path, variable, env: {}}).catch((caught: unknown) => caught);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message).toContain(`--password-file: ${path}`);
  expect(inspect(error)).not.toContain('hunter2');
});

test('a missing file names the flag and the path', async () => {
  await expect(passwordFrom({file: join(folder, 'none'), flag: '--target-password-file', variable, env: {}}))
    .rejects.toThrow(/^--target-password-file: cannot read .*none: there is no such file$/);
});

test('a file that everybody may read is warned of', async () => {
  const path = file('c', 'x\n', 0o644);
  expect((await passwordFrom({file: path, variable, env: {}})).warnings).toEqual([`${path} can be read by every user of this machine; chmod 600 ${path}`]);
});

test('the variable, and the file that its sister names, are used in turn', async () => {
  expect((await passwordFrom({variable, env: {[variable]: 'a b\n'}})).password?.reveal()).toBe('a b\n');
  const named = await passwordFrom({variable, env: {[`${variable}_FILE`]: file('d', 'y\n'), [variable]: ''}});
  expect(named.password?.reveal()).toBe('y');
  expect(named.from).toBe(`${variable}_FILE`);
  expect(await passwordFrom({variable, env: {}})).toEqual({password: undefined, from: undefined, warnings: []});
});

test('the flag wins over the variables', async () => {
  const found = await passwordFrom({file: file('e', 'flag\n'), variable, env: {[variable]: 'env', [`${variable}_FILE`]: '/nowhere'}});
  expect(found.password?.reveal()).toBe('flag');
});

test('both variables together are refused', async () => {
  await expect(passwordFrom({variable, env: {[variable]: 'x', [`${variable}_FILE`]: 'y'}})).rejects.toThrow(`${variable} and ${variable}_FILE are both set`);
});

test('a pipe is read to its end', () => {
  const path = join(folder, 'fifo');
  execFileSync('mkfifo', [path]);
  const reading = passwordFrom({file: path, variable, env: {}});
  execFileSync('sh', ['-c', `(printf pi; printf 'pe\\n') > ${path} &`]);
  return expect(reading.then(({password}) => password?.reveal())).resolves.toBe('pipe');
});
