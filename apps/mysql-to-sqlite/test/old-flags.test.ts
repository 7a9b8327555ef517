import {expect, test} from 'vitest';
import {translateOldFlags} from '../src/old-flags.ts';

test('-a is bulk, wherever it stands', () => {
  expect(translateOldFlags(['-a', '--source', 'mysql://db/x'])).toEqual(['bulk', '--source', 'mysql://db/x']);
  expect(translateOldFlags(['--source', 'mysql://db/x', '-a'])).toEqual(['bulk', '--source', 'mysql://db/x']);
});

test('new words stay as they are', () => {
  expect(translateOldFlags(['bulk', '--json'])).toEqual(['bulk', '--json']);
});
