import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {KeyRange, Position, RangeDigest, Schema} from '@sluice/core';
import {PostgresSource} from '../src/index.ts';
import {openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();
const OPEN: KeyRange = {after: null, until: null};
const at = (...key: readonly (string | number)[]) => JSON.stringify(key.map(String)) as Position;

describe.skipIf(postgres === null)('digests of ranges', () => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(postgres!); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  /** Each in a new snapshot. */
  async function digest(table: string, ranges: readonly KeyRange[] = [OPEN], columns?: readonly string[]): Promise<readonly RangeDigest[]> {
    await using source = new PostgresSource(lab.endpoint());
    const found = (await source.discover(signal)).tables.find(each => each.table === table)!;
    const schema: Schema = columns ? {...found, columns: found.columns.filter(({name}) => columns.includes(name))} : found;
    const done: number[] = [];
    const [result] = await source.digestRanges([{schema, ranges}], signal, request => done.push(request));
    expect(done).toEqual([0]);
    return result!;
  }

  test('every change of one value is seen: NULL, empty text, blanks, separators, signs, fields of records', async () => {
    await lab.run('CREATE TYPE duo AS (a text, b text); CREATE TABLE seen (id int PRIMARY KEY, a text, b text, c char(4), f float8, n numeric, x bytea, j json, d duo, t text[], p bpchar, m timestamptz)');
    await lab.run("INSERT INTO seen VALUES (1, 'a', 'b', 'c', 0, 1.0, '\\x00', '{}', ROW(NULL, NULL), '{}', 'x', '2020-01-01')");
    const seen = new Set<string>();
    const look = async () => {
      const [one] = await digest('seen');
      expect(one).toMatchObject({rows: 1, digest: expect.stringMatching(/^[0-9a-f]{64}$/)});
      expect((await digest('seen'))[0]).toEqual(one);
      return one!.digest!;
    };
    seen.add(await look());
    const changes = [
      "a = NULL", "a = ''", "a = 'a,b', b = NULL", "a = 'a', b = ',b'", `a = 'a","b', b = ''`, "a = 'a\\', b = 'b'", "a = 'A'", "a = 'a '", "c = 'C'", "f = '-0'", "f = 'NaN'", 'f = 5e-324', 'n = 1.00', 'n = NULL', "x = '\\x0000'", "x = ''",
      "j = '{ }'", 'd = NULL', "d = ROW('', NULL)", "t = '{NULL}'", `t = '{"NULL"}'`, 't = NULL', "p = 'x '", "m = '2020-01-01 00:00:00.000001'", "m = 'infinity'",
    ];
    for (const change of changes) {
      await lab.run(`UPDATE seen SET ${change}`);
      const now = await look();
      expect(seen, change).not.toContain(now);
      seen.add(now);
    }
    expect((await digest('seen', [OPEN], ['id']))[0]!.digest).not.toBe((await digest('seen'))[0]!.digest);
  });

  test('ranges are those of read, each by itself, more than fit into one statement', async () => {
    await lab.run("CREATE TABLE many (word text, n int, note text, PRIMARY KEY (word, n)); INSERT INTO many SELECT chr(97 + i % 5) || repeat('x', i % 3), i, 'note' FROM generate_series(1, 100) i");
    await using source = new PostgresSource(lab.endpoint());
    const schema = (await source.discover(signal)).tables.find(each => each.table === 'many')!;
    const positions: Position[] = [];
    for await (const batch of source.read({schema, after: null, maxRows: 4, maxBytes: 1e6}, signal)) positions.push(batch.position!);
    const ranges = [null, ...positions].map((after, i): KeyRange => ({after, until: positions[i] ?? null}));
    const before = await digest('many', ranges);
    expect(before.map(({rows}) => rows)).toEqual([...positions.map(() => 4), 0]);
    await lab.run("UPDATE many SET note = 'other' WHERE n = 50");
    const after = await digest('many', ranges);
    expect(after.filter((range, i) => range.digest !== before[i]!.digest)).toHaveLength(1);
    expect(await digest('many', [{after: at('zz', 1), until: null}])).toEqual([{rows: 0, digest: before.at(-1)!.digest}]);
  });

  test('without a key: the rows count as often as they are there, in whatever order', async () => {
    await lab.run("CREATE TABLE loose (a int, b text); INSERT INTO loose SELECT i % 7, 'b' FROM generate_series(1, 1000) i");
    const [before] = await digest('loose');
    expect(before!.rows).toBe(1000);
    await lab.run('CREATE TABLE copy AS SELECT * FROM loose ORDER BY a DESC; TRUNCATE loose; INSERT INTO loose SELECT * FROM copy');
    expect((await digest('loose'))[0]).toEqual(before);
    await lab.run('UPDATE loose SET a = 3 WHERE ctid = (SELECT min(ctid) FROM loose WHERE a = 2)');
    expect((await digest('loose'))[0]).toMatchObject({rows: 1000, digest: expect.not.stringMatching(before!.digest!)});
  });

  test('in the snapshot that is read: what others change meanwhile is not seen', async () => {
    await lab.run('CREATE TABLE moving (id int PRIMARY KEY); INSERT INTO moving SELECT generate_series(1, 10)');
    await using source = new PostgresSource(lab.endpoint());
    const schema = (await source.discover(signal)).tables.find(each => each.table === 'moving')!;
    const look = async () => (await source.digestRanges([{schema, ranges: [OPEN]}], signal))[0]![0]!;
    const before = await look();
    await lab.run('DELETE FROM moving WHERE id > 5');
    expect(await look()).toEqual(before);
    expect((await digest('moving'))[0]!.rows).toBe(5);
  });

  test('a table or column that is gone, an abort: as read does', async () => {
    await using source = new PostgresSource(lab.endpoint());
    const schema = (await source.discover(signal)).tables.find(each => each.table === 'many')!;
    const other: Schema = {...schema, columns: [...schema.columns, {name: 'gone', type: 'int', nullable: true}]};
    await expect(source.digestRanges([{schema: other, ranges: [OPEN]}], signal)).rejects.toMatchObject({code: 'SLUICE_SCHEMA', context: {table: 'many', column: 'gone'}});
    await expect(source.digestRanges([{schema: {...schema, table: 'nowhere'}, ranges: [OPEN]}], signal)).rejects.toMatchObject({code: 'SLUICE_SCHEMA'});
    const reason = new Error('stop');
    await expect(source.digestRanges([{schema, ranges: [OPEN]}], AbortSignal.abort(reason))).rejects.toBe(reason);
    expect((await source.digestRanges([{schema, ranges: [OPEN]}], signal))[0]![0]!.rows).toBe(100);
  });
});
