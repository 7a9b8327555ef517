import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Catalog, RunReport, Schema} from '@sluice/core';
import {runCopy, type Limits} from '@sluice/engine';
import {MysqlDestination, MysqlSource} from '../src/index.ts';
import {connectPlain, openLab, quote, servers, type Lab} from './lab.ts';
import {makeRentalShop} from './rental-shop.ts';

const never = new AbortController().signal;

async function copy(from: Lab, to: Lab, limits: Partial<Limits> = {}): Promise<RunReport> {
  await using source = new MysqlSource(from.endpoint());
  await using destination = new MysqlDestination(to.endpoint());
  const {report, cause} = await runCopy({tool: {name: 'test', version: '0'}, source, destination, limits}, never);
  if (cause instanceof Error && report.status !== 'ok') throw cause;
  return report;
}

async function describeAll(lab: Lab): Promise<Catalog> {
  await using source = new MysqlSource(lab.endpoint());
  return source.discover(never);
}

async function allRows(lab: Lab, schema: Schema): Promise<unknown[]> {
  const list = schema.columns.map(({name, type, native}) => native?.sql === 'float' ? `${quote(name)} * 1e0` : type === 'bytes' ? `HEX(${quote(name)})` : quote(name)).join(', ');
  return (await lab.rows(`SELECT ${list} FROM ${quote(schema.table)}`)).map(row => JSON.stringify(row)).sort();
}

/** What must be the same again; estimates and the spelling of SQL may differ between the two servers. */
function comparable({tables, views}: Catalog, sameServer: boolean) {
  const skip = (sql: string) => sql.replaceAll(/[()\s]|_utf8mb4/g, '').toLowerCase().replaceAll('ucase', 'upper');
  return {
    views: views.map(({name, columns}) => ({name, columns})),
    tables: tables.map(({approximateRows: _, approximateBytes: __, columns, checks = [], indexes = [], foreignKeys = [], ...rest}) => ({
      ...rest,
      columns: columns.map(({native, generated, default: value, caseInsensitive: __, ...column}) => ({
        ...column, hasDefault: value?.kind,
        ...(sameServer && {native, default: value}),
        ...(generated && {generated: {stored: generated.stored, sql: skip(generated.sql)}}),
      })),
      checks: checks.map(({sql}) => skip(sql)).filter(sql => sameServer || !sql.startsWith('json_valid')),
      indexes: indexes.map(index => ({...index})).sort((a, b) => a.name < b.name ? -1 : 1),
      foreignKeys,
    })),
  };
}

for (const from of servers) {
  for (const to of servers) {
    const same = from.kind === to.kind;
    describe(`${from.kind} to ${to.kind}`, () => {
      let source: Lab;
      let target: Lab;
      beforeAll(async () => {
        source = await openLab(from);
        target = await openLab(to);
      });
      afterAll(async () => {
        await source[Symbol.asyncDispose]();
        await target[Symbol.asyncDispose]();
      });

      test('a whole shop is copied, verified, and is the same again: three times over itself', async () => {
        await makeRentalShop(source);
        for (let time = 1; time <= 3; time++) {
          const report = await copy(source, target);
          expect(report.status).toBe('ok');
          expect(report.verification).toMatchObject({status: 'passed', tables: 9});
          expect(report.views).toEqual(['film_list', 'long_films']);
          const unexpected = report.omissions.filter(({kind}) => !['trigger', 'procedure', 'function', 'sequence', 'collation'].includes(kind) && !(kind === 'default'));
          expect(unexpected).toEqual([]);
          const [before, after] = [await describeAll(source), await describeAll(target)];
          expect(comparable(after, same)).toEqual(comparable(before, same));
          for (const schema of before.tables) expect(await allRows(target, schema)).toEqual(await allRows(source, schema));
          expect(await target.rows('SELECT * FROM film_list ORDER BY id')).toEqual(await source.rows('SELECT * FROM film_list ORDER BY id'));
          const left = await target.rows(`SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '${target.database}' AND TABLE_NAME LIKE '\\_sluice%' AND TABLE_NAME <> '_sluice_position'`);
          expect(left).toEqual([]);
        }
        // The keys point at the new tables and work.
        await target.run('SET SESSION foreign_key_checks = 1');
        await expect(target.run('DELETE FROM land WHERE land_id = 1')).rejects.toThrow(/foreign key/i);
        await target.run('DELETE FROM film WHERE film_id = 65535');
        expect(await target.rows('SELECT COUNT(*) FROM cast_list')).toEqual([[3]]);
      }, 60_000);

      test('over several connections at once, in parts, everything is of one moment, whatever others write meanwhile', async () => {
        for (const table of ['debits', 'credits']) {
          await source.run(`CREATE TABLE ${table} (id bigint PRIMARY KEY, n int, pad varchar(200))`);
          await source.run(`INSERT INTO ${table} WITH RECURSIVE s AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM s WHERE n < 1000) SELECT a.n + 1000 * (b.n - 1), 0, REPEAT('x', 100) FROM s a JOIN s b ON b.n <= 20`);
          await source.run(`ANALYZE TABLE ${table}`);
        }
        const over = new AbortController();
        const writer = await connectPlain(from, source.database);
        const writing = (async () => {
          for (let i = 1; !over.signal.aborted; i++) {
            await writer.query('START TRANSACTION');
            for (const table of ['debits', 'credits']) {
              await writer.query(`UPDATE ${table} SET n = n + 1 WHERE id IN (1, 10000, 20000)`);
              await writer.query(`INSERT INTO ${table} VALUES (${20_000 + i}, ${i}, '')`);
            }
            await writer.query('COMMIT');
            // Where somebody writes at every moment there is none to begin at.
            for (let gap = 0; gap < 4; gap++) await writer.query('SELECT 1');
          }
        })();
        const report = await copy(source, target, {parallel: 3, partRows: 2_000}).finally(() => over.abort());
        await writing;
        await writer.end();
        expect(report).toMatchObject({status: 'ok', verification: {status: 'passed'}});
        const sums = (table: string) => target.rows(`SELECT COUNT(*), MAX(id), SUM(n), MIN(IF(id IN (1, 10000, 20000), n, NULL)), MAX(IF(id IN (1, 10000, 20000), n, NULL)) FROM ${table}`);
        const [debits, credits] = [await sums('debits'), await sums('credits')];
        expect(debits).toEqual(credits);
        expect(debits[0]![3]).toBe(debits[0]![4]);
        expect(Number(debits[0]![0])).toBe(20_000 + Number(debits[0]![4]));
      }, 60_000);

      test('every type comes back as it was', async () => {
        const mariadb = from.kind === 'mariadb';
        const text = (charset: string) => `CHARACTER SET ${charset}`;
        const columns = [
          'id bigint unsigned PRIMARY KEY', 't tinyint', 't1 tinyint(1)', 'tu tinyint unsigned', 's smallint', 'm mediumint', 'i int(7) unsigned zerofill', 'b bigint', 'bu bigint unsigned',
          'b1 bit(1)', 'b64 bit(64)', 'y year', 'd1 decimal(65,30)', 'd0 decimal(10,0)', 'dz decimal(8,2) unsigned zerofill', 'f float', 'dbl double',
          'c char(10)', 'v varchar(300)', `l ${'varchar(30)'} ${text('latin1')}`, `u3 varchar(30) ${text('utf8mb3')}`, 'ub varchar(30) COLLATE utf8mb4_bin', 'tt tinytext', 'tx text', 'mt mediumtext', 'lt longtext',
          "e enum('a','it''s','c,d','')", "st set('x','y','z w')", 'j json', 'bn binary(5)', 'vb varbinary(300)', 'tb tinyblob', 'bl blob', 'mb mediumblob', 'lb longblob',
          'dt date', 'tm time(6)', 'dtm datetime(6)', 'ts timestamp(6) NULL', 'tm0 time', 'dt0 datetime', 'ts0 timestamp NULL',
          'g geometry', 'p point', 'ls linestring', 'pg polygon', 'mpt multipoint', 'gc geometrycollection',
          ...(mariadb ? ['uid uuid', 'i4 inet4', 'i6 inet6'] : ['vec vector(3)']),
        ];
        await source.run("SET SESSION sql_mode = ''");
        await source.run(`CREATE TABLE all_types (${columns.join(', ')})`);
        const own = mariadb ? `'3f2504e0-4f89-41d3-9a0c-0305e82c3301', '1.2.3.4', '::ffff:1.2.3.4'` : `STRING_TO_VECTOR('[1,-2.5,0.1]')`;
        await source.run(`INSERT INTO all_types VALUES (0, -128, 127, 255, -32768, -8388608, 42, -9223372036854775808, 18446744073709551615, b'1', b'1${'0'.repeat(62)}1', 0,
          '-99999999999999999999999999999999999.999999999999999999999999999999', -9999999999, 12.5, 3.4028235e38, -2.2250738585072014e-308,
          'pad', 'tab\\t nl\\n cr\\r bs\\\\ nul\\0 q''" \\\\N', 'é€ÿ', '日本', 'a ', '', repeat('x', 60000), 'm', 'l😀', 'it''s', 'x,z w',
          '{"a": 12345678901234567890, "b": [1.5, null, "\\\\u00e9"]}', x'0102', x'00ff0a5c09', x'00', x'ff', x'0a', x'5c4e', '0000-00-00', '-838:59:59.000000', '9999-12-31 23:59:59.999999', '1970-01-01 00:00:01.000001',
          '838:59:59', '2024-00-00 00:00:00', '2038-01-19 03:14:07',
          ST_GeomFromText('POINT(1 2)'), ST_GeomFromText('POINT(3.25 -4)'), ST_GeomFromText('LINESTRING(0 0,1 1)'), ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))'), ST_GeomFromText('MULTIPOINT(0 0,1 1)'),
          ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))'), ${own})`);
        await source.run(`INSERT INTO all_types (id) VALUES (18446744073709551615)`);
        await source.run(`INSERT INTO all_types (id, y, t1, b64, f, dbl, e, st, dt, tm, dtm, v, c) VALUES (9, 1901, -1, b'0', 0, 0, '', '', '2024-02-00', '-00:00:00.000001', '0000-00-00 00:00:00', '', '')`);
        await source.run("SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'");
        const report = await copy(source, target);
        expect(report.tables.find(({name}) => name === 'all_types')).toMatchObject({status: 'ok', rowsRead: 3, rowsWritten: 3, verified: true, adjustments: []});
        const types = (catalog: Catalog) => catalog.tables.find(({table}) => table === 'all_types')!.columns.map(({name, native}) => `${name} ${native?.sql.replaceAll(/\b(tinyint|smallint|mediumint|bigint|int|year)\(\d+\)(?! unsigned zerofill)/g, (all, base: string) => all === 'tinyint(1)' ? all : base)}`);
        const [before, after] = [await describeAll(source), await describeAll(target)];
        if (same) expect(types(after)).toEqual(types(before));
        const schema = before.tables.find(({table}) => table === 'all_types')!;
        expect(await allRows(target, schema)).toEqual(await allRows(source, schema));
      }, 60_000);
    });
  }
}
