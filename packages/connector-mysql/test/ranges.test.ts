import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {KeyRange, Position, Row, Schema} from '@sluice/core';
import {randomNumbers} from '@sluice/testkit';
import {MysqlSource} from '../src/index.ts';
import {openLab, servers, type Lab} from './lab.ts';

const never = new AbortController().signal;

/** Keys that are ordered in their own ways: what the key's columns are, and how the i-th row's is made. */
const KEYS: Readonly<Record<string, {readonly columns: string; readonly key: string; value(i: number): string}>> = {
  'a number': {columns: 'a int', key: 'a', value: i => `${(i * 7919) % 10007 - 5000}`},
  'a number, descending': {columns: 'a int', key: 'a DESC', value: i => `${(i * 7919) % 10007 - 5000}`},
  'a big number': {columns: 'a bigint unsigned', key: 'a', value: i => (18446744073709551615n - BigInt(i) * 99991n * (i % 2 === 0 ? 1n : 1n << 32n)).toString()},
  'three parts, up and down': {columns: 'a int, b varchar(5), c date', key: 'a DESC, b, c DESC', value: i => `${i % 3}, '${'xYz'[Math.floor(i / 3) % 3]}', '2024-01-${String(1 + Math.floor(i / 9)).padStart(2, '0')}'`},
  'an enumeration and a number': {columns: "a enum('z','a','m','b'), b int", key: 'a, b DESC', value: i => `${1 + i % 4}, ${Math.floor(i / 4)}`},
  'an enumeration with its error value and an empty label': {columns: "a enum('z','','m'), b int", key: 'a, b', value: i => `${i % 4}, ${Math.floor(i / 4)}`},
  'a set': {columns: `a set(${Array.from({length: 64}, (_, i) => `'s${(i * 37) % 64}'`).join()}), b int`, key: 'a, b', value: i => `${((1n << 63n) + BigInt(i % 50)).toString()}, ${Math.floor(i / 50)}`},
  'text without regard to case and accents': {columns: 'a varchar(20) COLLATE utf8mb4_general_ci', key: 'a', value: i => `'${['a', 'B', 'É', 'ß', ' ', '_', '😀', 'z'][i % 8]}${String.fromCharCode(97 + Math.floor(i / 8) % 26)}${Math.floor(i / 208)}'`},
  'text of an older character set, with two codes for one character': {
    columns: 'a varchar(10) CHARACTER SET cp932 COLLATE cp932_bin', key: 'a', value: i => `_cp932 x'${['81ca', 'fa54', '81e0', '8790', '41', '8260'][i % 6]}${(0x41 + Math.floor(i / 6)).toString(16)}'`},
  'text of two bytes a character': {columns: 'a varchar(10) CHARACTER SET ucs2 COLLATE ucs2_bin', key: 'a', value: i => `'${String.fromCodePoint(0x20AC + i * 7)}'`},
  'a decimal': {columns: 'a decimal(30,10)', key: 'a', value: i => `${(i * 7919) % 211 - 100}.${String(i).padStart(10, '0')}`},
  'bytes': {columns: 'a varbinary(20)', key: 'a', value: i => `x'${i.toString(16).padStart(4, '0')}${'00'.repeat(i % 3)}'`},
  'fixed bytes': {columns: 'a binary(4)', key: 'a DESC', value: i => `x'${((i * 7919) % 65521).toString(16).padStart(4, '0')}'`},
  'a point in time': {columns: 'a datetime(6)', key: 'a', value: i => `'2024-03-31 0${i % 10}:59:59.${String(i * 3001).padStart(6, '0')}'`},
  'a moment': {columns: "a timestamp(3) NOT NULL DEFAULT '2000-01-01 00:00:00', b tinyint", key: 'a, b', value: i => `'2024-10-27 0${i % 10}:00:00.${i % 7}', ${Math.floor(i / 70)}`},
  'a float': {columns: 'a float', key: 'a', value: i => `${Math.fround((i - 100) * 1.1e-3)}`},
  'a double': {columns: 'a double', key: 'a DESC', value: i => `${(i - 100) / 3}e${i % 2 === 0 ? 100 : -100}`},
  'bits and a year': {columns: 'a bit(64), b year', key: 'a, b', value: i => `${(2n ** 64n - 1n - BigInt(i >> 3)).toString()}, ${2000 + i % 8}`},
};
const ROWS = 200;

for (const server of servers) {
  describe(`ranges on ${server.kind}`, () => {
    let lab: Lab;
    beforeAll(async () => { lab = await openLab(server); });
    afterAll(async () => { await lab[Symbol.asyncDispose](); });

    const read = async (source: MysqlSource, schema: Schema, range: KeyRange, maxRows = 1000) => {
      const rows: Row[] = [];
      const positions: Position[] = [];
      for await (const batch of source.read({schema, ...range, maxRows, maxBytes: 1 << 20}, never)) {
        rows.push(...batch.rows);
        if (batch.position !== null) positions.push(batch.position);
      }
      return {rows, positions};
    };

    for (const [what, {columns, key, value}] of Object.entries(KEYS)) {
      test(`ranges between any positions partition the table, by ${what}`, async () => {
        await lab.run('DROP TABLE IF EXISTS keyed');
        await lab.run(`CREATE TABLE keyed (${columns}, n int, label varchar(10) DEFAULT 'x', PRIMARY KEY (${key}), KEY covering (label, n))`);
        await lab.run("SET SESSION sql_mode = ''");
        await lab.run(`INSERT INTO keyed VALUES ${Array.from({length: ROWS}, (_, i) => `(${value(i)}, ${i}, 'x')`).join(', ')}`);
        await using source = new MysqlSource(lab.endpoint());
        const found = (await source.discover(never)).tables.find(it => it.table === 'keyed')!;
        // Only the row's number, so that rows can be told apart and the key is read for the position alone.
        const schema = {...found, columns: found.columns.filter(column => column.name === 'n')};
        const {rows: all, positions} = await read(source, schema, {after: null, until: null}, 1);
        expect(new Set(all.map(row => row[0])).size).toBe(ROWS);
        expect(positions).toHaveLength(ROWS);
        const random = randomNumbers(4711);
        for (let round = 0; round < 4; round++) {
          const cuts = positions.map((_, i) => i).filter(() => random() < 0.06);
          const edges = [null, ...cuts.map(i => positions[i]!), null];
          const ranges = edges.slice(1).map((until, i): KeyRange => ({after: edges[i]!, until}));
          const starts = [0, ...cuts.map(i => i + 1), ROWS];
          for (const [i, range] of ranges.entries()) expect((await read(source, schema, range)).rows).toEqual(all.slice(starts[i], starts[i + 1]));
          const [digests] = await source.digestRanges([{schema, ranges}], never);
          expect(digests!.map(({rows}) => rows)).toEqual(ranges.map((_, i) => starts[i + 1]! - starts[i]!));
          expect(digests!.every(({digest}) => digest !== null)).toBe(true);
        }
      });
    }

    test('a range of a table without a key is a mistake of the caller', async () => {
      await lab.run('CREATE TABLE keyless (n int)');
      await using source = new MysqlSource(lab.endpoint());
      const schema = (await source.discover(never)).tables.find(it => it.table === 'keyless')!;
      await expect(read(source, schema, {after: null, until: '["1"]' as Position})).rejects.toThrow('has no primary key');
    });

    test('a source is its server and its database, whatever the way to it', async () => {
      await using source = new MysqlSource(lab.endpoint());
      await using again = new MysqlSource(lab.endpoint('?ssl=off'));
      const identity = await source.identity(never);
      expect(await again.identity(never)).toEqual(identity);
      expect(identity.id).toContain(lab.database);
      expect(identity.id).not.toContain(lab.user);
      const [[number]] = await lab.rows(`SELECT @@${server.kind === 'mysql' ? 'server_uuid' : 'server_uid'}`) as [[string]];
      expect(identity.id).toContain(number);
      const traits = await lab.rows('SELECT VERSION(), @@GLOBAL.time_zone, @@system_time_zone, @@collation_database, @@lower_case_table_names');
      expect(Object.values(identity.traits)).toEqual([server.kind, ...traits[0]!.map(String)]);
      expect(Object.keys(identity.traits)).toEqual(['flavor', 'version', 'time_zone', 'system_time_zone', 'collation_database', 'lower_case_table_names']);
    });
  });
}
