import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Row} from '@sluice/core';
import {PostgresDestination, PostgresSource} from '../src/index.ts';
import {openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();

// `npm run test:all-servers` runs these tests on such a server; Debian's own is older.
describe.skipIf(postgres === null || Number.parseInt(postgres.version, 10) < 18)('what PostgreSQL has since version 18', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab(postgres!);
    await lab.run(`SET ROLE ${lab.user};
      CREATE TABLE parent (id int PRIMARY KEY);
      CREATE TABLE t (id int PRIMARY KEY, a int, twice int GENERATED ALWAYS AS (a * 2) VIRTUAL, late text, parent int REFERENCES parent NOT ENFORCED, CONSTRAINT small CHECK (a < 10) NOT ENFORCED);
      INSERT INTO t (id, a, late, parent) VALUES (1, 21, NULL, 404);
      ALTER TABLE t ADD CONSTRAINT never NOT NULL late NOT VALID;
      CREATE TABLE spans (id int4range, at daterange, PRIMARY KEY (id, at WITHOUT OVERLAPS));
      INSERT INTO spans VALUES ('[1,2)', '[2020-01-01,2020-02-01)'), ('[1,2)', '[2020-02-01,2020-03-01)');
      RESET ROLE`);
  });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  test('columns that are computed when read, rules that are not enforced, keys of spans: all rows are read and arrive, what is not kept is listed', async () => {
    await using source = new PostgresSource(lab.endpoint());
    const catalog = await source.discover(signal);
    const t = catalog.tables.find(({table}) => table === 't')!;
    expect(t.columns.find(({name}) => name === 'late')).toMatchObject({nullable: true});
    expect(t.foreignKeys ?? []).toEqual([]);
    expect(t.checks ?? []).toEqual([]);
    expect(catalog.others).toEqual(expect.arrayContaining([
      expect.objectContaining({kind: 'foreign key', table: 't'}), expect.objectContaining({kind: 'check', name: 'small'}), expect.objectContaining({table: 'spans', kind: 'unique'}),
    ]));
    const rows = new Map<string, Row[]>();
    for (const schema of catalog.tables) {
      rows.set(schema.table, []);
      for await (const batch of source.read({schema, after: null, maxRows: 10, maxBytes: 1e6}, signal)) rows.get(schema.table)!.push(...batch.rows);
    }
    expect(rows.get('t')).toEqual([[1, 21, 42, null, 404]]);
    expect(rows.get('spans')).toHaveLength(2);

    await lab.run(`CREATE SCHEMA copy AUTHORIZATION ${lab.user}`);
    await using destination = new PostgresDestination(lab.endpoint('?schema=copy'));
    await using load = await destination.begin({catalog, mode: 'replace'}, signal);
    for (const schema of catalog.tables) {
      await using writer = await load.open(schema, signal);
      const batch = {rows: rows.get(schema.table)!.map(row => [...row]), position: null};
      writer.fit(batch);
      await writer.write(batch);
      await writer.commit(null);
    }
    await load.finish(signal);
    await load.publish(signal);
    expect(await lab.rows('SELECT * FROM copy.t')).toEqual([['1', '21', '42', null, '404']]);
    expect(await lab.rows('SELECT count(*) FROM copy.spans')).toEqual([['2']]);
  });
});
