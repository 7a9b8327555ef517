import {expect, test} from 'vitest';
import {connectorFor, openQuerier, openSource, schemes} from '../src/index.ts';

test('every scheme opens a connector that knows the scheme as its own', async () => {
  for (const scheme of schemes) expect((await connectorFor(`${scheme}:x`)).schemes).toContain(scheme);
});

test('a scheme may be written in capitals', async () => {
  expect((await connectorFor('SQLite:x.db')).kind).toBe('sqlite');
});

test.for(['study.db', '/data/study.db', '', ':x', 'oracle:db', 'constructor:x', '__proto__:x'])('`%s` is refused with the schemes there are', async url => {
  await expect(openSource({url})).rejects.toMatchObject({code: 'SLUICE_CONFIG', remedy: expect.stringContaining('sqlite') as string});
});

test('databases with SQL can be asked; others say that they cannot', async () => {
  const queriers = await Promise.all(schemes.map(async scheme => [scheme, (await connectorFor(`${scheme}:x`)).querier !== undefined] as const));
  expect(queriers.filter(([, can]) => can).map(([scheme]) => scheme)).toEqual(['mariadb', 'mysql', 'postgres', 'postgresql', 'sqlite']);
  await using querier = await openQuerier({url: 'sqlite:x.db'});
  expect(querier.kind).toBe('sqlite');
  await expect(openQuerier({url: 'csv:x'})).rejects.toMatchObject({code: 'SLUICE_CONFIG', message: 'files takes no SQL'});
});
