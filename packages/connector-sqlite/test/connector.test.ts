import {join} from 'node:path';
import {Secret} from '@sluice/core';
import {describe, expect, test} from 'vitest';
import {sqlite} from '../src/index.ts';

const labelOf = (url: string) => sqlite.source!({url}).label;

describe('URLs', () => {
  test.each([
    ['sqlite:file.db', join(process.cwd(), 'file.db')], ['sqlite:folder/file.db', join(process.cwd(), 'folder/file.db')], ['sqlite:/data/a.db', '/data/a.db'], ['sqlite:///data/a.db', '/data/a.db'],
    ['SQLite:a.db', join(process.cwd(), 'a.db')], ['sqlite:file with spaces % ? # ü.db', join(process.cwd(), 'file with spaces % ? # ü.db')], ['sqlite:file:x.db', join(process.cwd(), 'file:x.db')],
  ])('%s', (url, path) => expect(labelOf(url)).toBe(`sqlite:${path}`));

  test.each([
    ['sqlite:', /names a file/], ['sqlite:/', /names a file/], ['sqlite://host/x.db', /no host/], ['sqlite::memory:', /memory/], ['sqlite:x.db ', /white space/], ['sqlite:a\0b', /NUL/], ['mysql://x', /begins with sqlite/],
  ])('%s is a CONFIG error', (url, message) => {
    for (const open of [sqlite.source!, sqlite.destination!]) {
      expect(() => open({url})).toThrow(message);
      expect(() => open({url})).toThrow(expect.objectContaining({code: 'SLUICE_CONFIG', remedy: 'write sqlite:relative.db or sqlite:/absolute.db'}) as Error);
    }
  });

  test('a password is one too many', () => {
    expect(() => sqlite.source!({url: 'sqlite:x.db', password: new Secret('s3cret')})).toThrow(expect.objectContaining({code: 'SLUICE_CONFIG'}) as Error);
  });
});

test('options of the wrong kind are reported together', () => {
  expect(() => sqlite.destination!({url: 'sqlite:x.db', options: {archiveDirectory: 5, fresh: 'yes', now: 0}})).toThrow(expect.objectContaining({
    code: 'SLUICE_CONFIG', problems: [{path: 'archiveDirectory', message: 'must be a path'}, {path: 'fresh', message: 'must be true or false'}, {path: 'now', message: 'must be a function'}],
  }) as Error);
});

test('opens nothing yet', async () => {
  await using source = sqlite.source!({url: 'sqlite:/no/such/folder/x.db'});
  await using destination = sqlite.destination!({url: 'sqlite:/no/such/folder/x.db'});
  expect([source.kind, destination.kind, sqlite.kind, sqlite.schemes]).toEqual(['sqlite', 'sqlite', 'sqlite', ['sqlite']]);
});
