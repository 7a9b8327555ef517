import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import type {Column, Row, Schema} from '@sluice/core';
import {MysqlDestination} from '../src/index.ts';
import {openLab, servers, type Lab} from './lab.ts';

const {signal} = new AbortController();
const id: Column = {name: 'id', type: 'int', nullable: false};
const some = (name: string, sql: string, type: Column['type'], more: Partial<Column> = {}): Column => ({name, type, nullable: true, native: {dialect: 'mysql', sql}, ...more});
const schemaOf = (...columns: readonly Column[]): Schema => ({table: 'live', columns: [id, ...columns], primaryKey: ['id']});

describe.each(servers)('a source whose tables changed since the last run, into $kind', it => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(it); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });
  beforeEach(async () => { for (const table of ['child', 'live', 'parent']) await lab.run(`DROP TABLE IF EXISTS ${table}`); });
  const column = async (name: string) => String(((await lab.rows('SHOW CREATE TABLE live'))[0]![1] as string).split('\n').find(line => line.includes(`\`${name}\``))).trim().replace(/,$/, '');

  async function upsert(schema: Schema, rows: readonly Row[] = []) {
    await using destination = new MysqlDestination(lab.endpoint());
    await using load = await destination.begin({catalog: {tables: [schema], views: [], others: []}, mode: 'upsert'}, signal);
    await using writer = await load.open(schema, signal);
    const batch = {rows: rows.map(row => [...row]), position: null};
    writer.fit(batch);
    await writer.write(batch);
    await writer.commit(null);
    return (await load.publish(signal)).warnings ?? [];
  }

  test('columns that are new or wider are changed, with all that the server says of them; what is there stays', async () => {
    await lab.run(`CREATE TABLE live (id bigint PRIMARY KEY, small smallint unsigned NOT NULL DEFAULT 3 COMMENT 'say, it''s small', word varchar(3) CHARACTER SET latin1 DEFAULT 'a,b', price decimal(5,2), same int, bytes varbinary(4))`);
    await lab.run("INSERT INTO live (id, price) VALUES (1, 1.50)");
    const warnings = await upsert(schemaOf(
      some('small', 'bigint', 'int', {nullable: false}), some('word', 'varchar(9)', 'text', {maxLength: 9}), some('price', 'decimal(12,2)', 'decimal', {precision: 12, scale: 2}),
      some('same', 'int', 'int'), some('bytes', 'longblob', 'bytes'), some('fresh', 'date', 'date'),
    ), [[2, 2 ** 40, 'abcdef', '1234567890.12', 5, Uint8Array.of(1, 2, 3, 4, 5), '2020-01-01']]);
    expect(warnings).toHaveLength(5);
    expect(warnings).toContain('column small of table live of the destination was made wider (bigint)');
    expect(await column('small')).toMatch(/^`small` bigint(\(20\))? NOT NULL DEFAULT '?3'? COMMENT 'say, it''s small'$/);
    expect(await column('word')).toMatch(/^`word` varchar\(9\) CHARACTER SET latin1 .*DEFAULT 'a,b'$/);
    expect(await column('price')).toMatch(/^`price` decimal\(12,2\)/);
    expect(await lab.rows('SELECT id, small, word, price, fresh FROM live ORDER BY id')).toMatchObject([[1, 3, 'a,b', '1.50', null], [2, 2 ** 40, 'abcdef', '1234567890.12', '2020-01-01']]);
  });

  test('what foreign keys hang on, and what a wider type would change, stays as it is', async () => {
    await lab.run('CREATE TABLE live (id bigint PRIMARY KEY, code int UNIQUE, v decimal(5,2), n int)');
    await lab.run('CREATE TABLE child (code int, FOREIGN KEY (code) REFERENCES live (code))');
    const before = await lab.rows('SHOW CREATE TABLE live');
    expect(await upsert(schemaOf(
      some('code', 'bigint', 'int'), some('v', 'decimal(9,4)', 'decimal', {precision: 9, scale: 4}), some('n', 'smallint', 'int'),
    ))).toEqual([]);
    expect(await lab.rows('SHOW CREATE TABLE live')).toEqual(before);
  });

  test('what would lose something stops: all of it at once, with statements to run', async () => {
    await lab.run('CREATE TABLE live (id bigint PRIMARY KEY, note text, gone int)');
    const error: unknown = await upsert(schemaOf(some('note', 'int', 'int'), some('must', 'int', 'int', {nullable: false}))).catch((reason: unknown) => reason);
    expect(error).toMatchObject({code: 'SLUICE_SCHEMA', problems: [{path: 'live.note'}, {path: 'live.must'}, {path: 'live.gone'}], remedy: expect.stringMatching(/ALTER TABLE `live` MODIFY `note` int; ALTER TABLE `live` ADD `must` int NULL; ALTER TABLE `live` DROP COLUMN `gone`$/)});
  });
});
