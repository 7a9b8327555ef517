import {expect, test} from 'vitest';
import {connectorFor, openSource, schemes} from '../src/index.ts';

test('every scheme opens a connector that knows the scheme as its own', async () => {
  for (const scheme of schemes) expect((await connectorFor(`${scheme}:x`)).schemes).toContain(scheme);
});

test('a scheme may be written in capitals', async () => {
  expect((await connectorFor('SQLite:x.db')).kind).toBe('sqlite');
});

test.for(['study.db', '/data/study.db', '', ':x', 'oracle:db', 'constructor:x', '__proto__:x'])('`%s` is refused with the schemes there are', async url => {
  await expect(openSource({url})).rejects.toMatchObject({code: 'SLUICE_CONFIG', remedy: expect.stringContaining('sqlite') as string});
});
