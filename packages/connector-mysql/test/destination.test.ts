import {createHash} from 'node:crypto';
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import type {Column, Position, Row, Schema, WriteMode} from '@sluice/core';
import {expectNoLeak, expectSameRows, fixtures, rejection, type Fixture} from '@sluice/testkit';
import {MysqlDestination} from '../src/index.ts';
import {openLab, quote, servers, type Lab} from './lab.ts';
import {readPlain} from './plain-read.ts';

const never = new AbortController().signal;
const id: Column = {name: 'id', type: 'int', nullable: false};
const note: Column = {name: 'note', type: 'text', nullable: true};
const keyed = (table: string, more: Partial<Schema> = {}): Schema => ({table, columns: [id, note], primaryKey: ['id'], ...more});

for (const server of servers) {
  const mariadb = server.kind === 'mariadb';
  describe(`destination on ${server.kind}`, () => {
    let lab: Lab;
    beforeAll(async () => { lab = await openLab(server); });
    beforeEach(async () => {
      await lab.run('SET SESSION foreign_key_checks = 0');
      for (const [name, type] of await lab.rows(`SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = '${lab.database}'`)) {
        await lab.run(`DROP ${type === 'VIEW' ? 'VIEW' : 'TABLE'} ${quote(String(name))}`);
      }
    });
    afterAll(async () => { await lab[Symbol.asyncDispose](); });

    const load = async (tables: readonly Fixture[], {mode = 'replace' as WriteMode, position = null as Position | null, options = {}} = {}) => {
      await using destination = new MysqlDestination({...lab.endpoint(), options});
      await using it = await destination.begin({catalog: {tables: tables.map(({schema}) => schema), views: [], others: []}, mode}, never);
      for (const {schema, rows} of tables) {
        await using writer = await it.open(schema, never);
        for (let i = 0; i < rows.length; i += 50) {
          const batch = {rows: rows.slice(i, i + 50).map(row => [...row]), position: null};
          writer.fit(batch);
          await writer.write(batch);
        }
        await writer.commit(position);
      }
      const omissions = await it.finish(never);
      await it.publish(never);
      return {omissions, target: it.target};
    };
    const tableNames = async () => (await lab.rows(`SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '${lab.database}' `)).map(row => String(row[0])).sort();

    test('without LOAD DATA everything arrives too, by INSERT', async () => {
      const {everyType, sequence, bytesKey, noKey} = fixtures;
      const exact: Fixture = mariadb ? {schema: everyType.schema, rows: everyType.rows.map(row => row.map(value => Object.is(value, -0) ? 0 : value))} : everyType;
      const tables = [exact, sequence(1001), bytesKey, noKey];
      await load(tables, {options: {localInfile: false}});
      for (const {schema, rows} of tables) expectSameRows(schema, await readPlain(lab, schema), rows);
      await load([sequence(20)], {mode: 'upsert', options: {localInfile: false}});
      expectSameRows(sequence(0).schema, await readPlain(lab, sequence(0).schema), sequence(1001).rows);
    });

    test('without LOAD DATA a refused row is found too', async () => {
      const rows: Row[] = Array.from({length: 120}, (_, i) => [i === 77 ? 3 : i, 'canary-note']);
      const error = await rejection(load([{schema: keyed('twice'), rows}], {options: {localInfile: false}}));
      expect(error).toMatchObject({code: 'SLUICE_VALUE', context: {table: 'twice', row: 77}});
      expectNoLeak(error, 'canary-note');
    });

    test('a row larger than a packet travels by LOAD DATA, and is refused by INSERT', async () => {
      const [[packet]] = await lab.rows('SELECT @@max_allowed_packet') as [[number]];
      // As text twice as long: more than a packet, whatever the server's limit.
      const size = Math.max(Math.ceil(packet / 2) + 1_000_000, 64 * 1024 * 1024);
      const schema: Schema = {table: 'huge', columns: [id, {name: 'body', type: 'bytes', nullable: true}, note], primaryKey: ['id']};
      const body = new Uint8Array(Buffer.alloc(size, 'x\0\\\n\t'));
      await load([{schema, rows: [[1, body, 'ä\n'.repeat(1_000_000)], [2, null, 'x']]}]);
      expect(await lab.rows('SELECT id, LENGTH(body), LENGTH(note) FROM huge ORDER BY id')).toEqual([[1, size, 3_000_000], [2, null, 1]]);
      const error = await rejection(load([{schema, rows: [[1, body, null]]}], {options: {localInfile: false}}));
      expect(error).toMatchObject({code: 'SLUICE_VALUE', context: {table: 'huge', row: 0}});
      expect((error as {remedy?: string}).remedy).toMatch(/max_allowed_packet/);
    }, 120_000);

    test('two loads of one table do not meet: the second is told so', async () => {
      await using first = new MysqlDestination(lab.endpoint());
      await using second = new MysqlDestination(lab.endpoint());
      const request = (...tables: string[]) => ({catalog: {tables: tables.map(table => keyed(table)), views: [], others: []}, mode: 'replace' as const});
      await using _ = await first.begin(request('one', 'two'), never);
      expect(await rejection(second.begin(request('three', 'two'), never))).toMatchObject({code: 'SLUICE_LOCKED', retryable: true, context: {table: 'two'}});
      // Other tables are nobody's business, and what the first one builds is left alone.
      const before = (await tableNames()).length;
      await using other = await second.begin(request('three'), never);
      expect(await tableNames()).toHaveLength(before + 1);
      await other[Symbol.asyncDispose]();
      await first[Symbol.asyncDispose]();
      await using later = await second.begin(request('two'), never);
      await later[Symbol.asyncDispose]();
      expect(await tableNames()).toEqual([]);
    });

    test('leftovers of a crashed load of other tables go, tables with similar names stay', async () => {
      {
        const crashed = new MysqlDestination(lab.endpoint());
        await crashed.begin({catalog: {tables: [keyed('left')], views: [], others: []}, mode: 'replace'}, never);
        await lab.killAll();
      }
      for (const name of ['_sluice_new_mine', '_sluice_new_0123456789abcdefX', 'sluice_new_0123456789abcdef']) await lab.run(`CREATE TABLE ${quote(name)} (id int)`);
      expect(await tableNames()).toHaveLength(4);
      await load([{schema: keyed('another'), rows: [[1, 'a']]}]);
      expect(await tableNames()).toEqual(['_sluice_new_0123456789abcdefX', '_sluice_new_mine', 'another', 'sluice_new_0123456789abcdef'].sort());
    });

    test('foreign keys of tables outside the load point at the new table, under their own name', async () => {
      await lab.run('CREATE TABLE parent (id bigint PRIMARY KEY, note text)');
      await lab.run('CREATE TABLE outsider (id int PRIMARY KEY, parent_id bigint, CONSTRAINT to_parent FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE ON UPDATE CASCADE)');
      await lab.run("INSERT INTO parent VALUES (1, 'old'), (2, 'old')");
      await lab.run('INSERT INTO outsider VALUES (10, 1), (20, 2)');
      await load([{schema: keyed('parent'), rows: [[1, 'new'], [2, 'new'], [3, 'new']]}]);
      await lab.run('SET SESSION foreign_key_checks = 1');
      await expect(lab.run('INSERT INTO outsider VALUES (30, 99)')).rejects.toThrow(/foreign key/i);
      await lab.run('INSERT INTO outsider VALUES (30, 3)');
      await lab.run('DELETE FROM parent WHERE id = 1');
      expect(await lab.rows('SELECT id FROM outsider ORDER BY id')).toEqual([[20], [30]]);
      expect(await tableNames()).toEqual(['outsider', 'parent']);
    });

    test('a crash right after the exchange: the next load mends the foreign keys of other tables', async () => {
      await lab.run('CREATE TABLE outsider (id int PRIMARY KEY, parent_id bigint)');
      await load([{schema: keyed('parent'), rows: [[1, 'old']]}]);
      await lab.run('ALTER TABLE outsider ADD CONSTRAINT to_parent FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE');
      const hash = createHash('sha256').update(`${lab.database}\0parent`).digest('hex').slice(0, 16);
      await lab.run(`RENAME TABLE parent TO _sluice_old_${hash}`);
      await lab.run('CREATE TABLE parent (id bigint PRIMARY KEY, note text)');
      await load([{schema: keyed('another'), rows: []}]);
      expect(await tableNames()).toEqual(['another', 'outsider', 'parent']);
      expect(await lab.rows(`SELECT CONSTRAINT_NAME, REFERENCED_TABLE_NAME, DELETE_RULE FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = '${lab.database}'`))
        .toEqual([['to_parent', 'parent', 'CASCADE']]);
    });

    test('foreign keys between loaded tables keep their names over any number of loads, and old data need not fit', async () => {
      const parent = keyed('parent');
      const child = (name: string): Schema => ({
        ...keyed('child'), columns: [id, {name: 'parent_id', type: 'int', nullable: true}],
        foreignKeys: [{name, columns: ['parent_id'], table: 'parent', referencedColumns: ['id'], onUpdate: 'CASCADE', onDelete: 'SET NULL'}],
      });
      for (let i = 0; i < 3; i++) {
        await load([{schema: child('child_parent'), rows: [[1, i]]}, {schema: parent, rows: [[i, null]]}]);
        expect(await lab.rows(`SELECT CONSTRAINT_NAME, TABLE_NAME, REFERENCED_TABLE_NAME, DELETE_RULE FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = '${lab.database}'`))
          .toEqual([['child_parent', 'child', 'parent', 'SET NULL']]);
      }
      await lab.run('SET SESSION foreign_key_checks = 1');
      await lab.run('DELETE FROM parent');
      expect(await lab.rows('SELECT id, parent_id FROM child')).toEqual([[1, null]]);
    });

    test('a unique index that the rows violate is an error that names it; nothing is published', async () => {
      const schema = keyed('uniq', {columns: [id, {...note, maxLength: 20}], indexes: [{name: 'plain', unique: false, parts: [{column: 'note'}]}, {name: 'only_once', unique: true, parts: [{column: 'note'}]}]});
      const error = await rejection(load([{schema, rows: [[1, 'canary'], [2, 'canary']]}]));
      expect(error).toMatchObject({code: 'SLUICE_VALUE', context: {table: 'uniq'}});
      expect((error as Error).message).toContain('only_once');
      expectNoLeak(error, 'canary');
      expect(await tableNames()).toEqual([]);
      // Text that only differs in case or in a blank at its end is not the same.
      await load([{schema, rows: [[1, 'a'], [2, 'A'], [3, 'a '], [4, 'á'], [5, null], [6, null]]}]);
      expect(await lab.rows('SELECT COUNT(*) FROM uniq')).toEqual([[6]]);
    });

    test('a table whose values have any type is a SCHEMA error with what to do', async () => {
      const schema: Schema = {table: 'loose', columns: [id, {name: 'x', type: 'any', nullable: true}], primaryKey: []};
      await using destination = new MysqlDestination(lab.endpoint());
      const error = await rejection(destination.plan({catalog: {tables: [schema, {...schema, table: 'looser'}], views: [], others: []}, mode: 'replace'}, never));
      expect(error).toMatchObject({code: 'SLUICE_SCHEMA', problems: [{path: 'loose'}, {path: 'looser'}]});
    });

    test('what a server cannot hold is told in the plan, and the rest is made', async () => {
      const long = 'n'.repeat(70);
      const schema: Schema = {
        table: long,
        columns: [id, {...note, name: 'words', caseInsensitive: true}, {name: 'price', type: 'decimal', nullable: true}, {name: 'at', type: 'timestamptz', nullable: true, default: {kind: 'expression', dialect: 'oracle', sql: 'sysdate'}}],
        primaryKey: ['id'], comment: 'c'.repeat(3000),
        indexes: [{name: 'by_words', unique: false, parts: [{column: 'words'}]}, {name: 'odd', unique: false, kind: 'gin', parts: [{column: 'words'}]}],
        checks: [{name: 'ck', dialect: 'oracle', sql: 'x'}],
        foreignKeys: [{name: 'away', columns: ['id'], table: 'elsewhere', referencedColumns: ['id'], onUpdate: 'CASCADE', onDelete: 'CASCADE'}],
      };
      const {target} = await load([{schema, rows: [[1, 'Text '.repeat(1000), '123456789012345678901234567890.10', '2024-01-01 00:00:00.5']]}]);
      expect(target.omissions.map(({kind, name}) => `${kind} ${name}`).sort()).toEqual([
        'check ck', `comment ${long}`, 'default at', 'foreign key away', 'index odd', `rename ${long}`,
      ].sort());
      const name = target.tables[0]!.target;
      expect(name).toHaveLength(64);
      expectSameRows({...schema, table: name}, await readPlain(lab, {...schema, table: name}), [[1, 'Text '.repeat(1000), '123456789012345678901234567890.10', '2024-01-01 00:00:00.5']]);
      expect((await lab.rows(`SHOW INDEX FROM ${quote(name)}`)).map(row => [row[2], row[7]])).toEqual([['PRIMARY', null], ['by_words', 255]]);
    });

    test('a view whose name a table of the destination has is left out, and said so', async () => {
      await lab.run('CREATE TABLE summary (id int)');
      await using destination = new MysqlDestination(lab.endpoint());
      const views = [
        {name: 'summary', dialect: server.kind, sql: 'select `seen`.`id` AS `id` from `seen`', columns: ['id']},
        {name: 'fine', dialect: server.kind, sql: 'select `s`.`id` AS `id` from `seen` `s`', columns: ['id']},
        {name: 'broken', dialect: server.kind, sql: 'select no_such_function(`seen`.`id`) AS `id` from `seen`', columns: ['id']},
      ];
      await using it = await destination.begin({catalog: {tables: [keyed('seen')], views, others: []}, mode: 'replace'}, never);
      expect((await it.finish(never)).map(({kind, name}) => `${kind} ${name}`)).toEqual(['view summary', 'view broken']);
      await it.publish(never);
      expect(await tableNames()).toEqual(['fine', 'seen', 'summary']);
    });

    test('columns that differ in case only are a SCHEMA error before anything is made', async () => {
      const schema: Schema = {table: 'cases', columns: [id, {...note, name: 'Note'}, note], primaryKey: ['id']};
      expect(await rejection(load([{schema, rows: []}]))).toMatchObject({code: 'SLUICE_SCHEMA', context: {table: 'cases', column: 'note'}});
      expect(await tableNames()).toEqual([]);
    });

    test('an append goes on where a replace load ended, and a new replace load takes the position along', async () => {
      await load([{schema: keyed('moving'), rows: [[1, 'a']]}], {position: 'first' as Position});
      const resume = async () => {
        await using destination = new MysqlDestination(lab.endpoint());
        await using it = await destination.begin({catalog: {tables: [keyed('moving')], views: [], others: []}, mode: 'append'}, never);
        await using writer = await it.open(keyed('moving'), never);
        return writer.resumeAfter;
      };
      expect(await resume()).toBe('first');
      await load([{schema: keyed('moving'), rows: [[2, 'b']]}], {mode: 'append', position: 'second' as Position});
      expect(await resume()).toBe('second');
      await load([{schema: keyed('moving'), rows: [[9, 'z']]}]);
      expect(await resume()).toBeNull();
    });

    test('upsert replaces by the primary key only: another unique key that is taken is an error, not another row overwritten', async () => {
      const schema = keyed('members', {columns: [id, {...note, maxLength: 20}], indexes: [{name: 'mail', unique: true, parts: [{column: 'note'}]}]});
      await load([{schema, rows: [[1, 'canary-a'], [2, 'canary-b']]}], {mode: 'upsert'});
      const error = await rejection(load([{schema, rows: [[5, 'canary-c'], [3, 'canary-a'], [6, 'canary-d']]}], {mode: 'upsert'}));
      expect(error).toMatchObject({code: 'SLUICE_VALUE', context: {table: 'members', row: 1}});
      expectNoLeak(error, 'canary');
      expect(await lab.rows('SELECT * FROM members ORDER BY id')).toEqual([[1, 'canary-a'], [2, 'canary-b']]);
    });

    test('notes about computed columns do not hide what happens to values', async () => {
      const schema: Schema = {
        table: 'computed',
        columns: [id, {name: 'n', type: 'int', nullable: true, native: {dialect: server.kind, sql: 'tinyint'}},
          {name: 'third', type: 'decimal', precision: 6, scale: 2, nullable: true, generated: {dialect: server.kind, sql: '`id` / 3', stored: true}}],
        primaryKey: ['id'],
      };
      const rows: Row[] = Array.from({length: 3000}, (_, i) => [i, i % 100, null]);
      await using destination = new MysqlDestination(lab.endpoint());
      const run = async (values: readonly Row[]) => {
        await using it = await destination.begin({catalog: {tables: [schema], views: [], others: []}, mode: 'replace'}, never);
        await using writer = await it.open(schema, never);
        await writer.write({rows: values.map(row => [...row]), position: null});
        return (await writer.commit(null)).rows;
      };
      expect(await run(rows)).toBe(3000);
      expect(await rejection(run(rows.map(row => row[0] === 2345 ? [2345, 200, null] : row)))).toMatchObject({code: 'SLUICE_VALUE', context: {table: 'computed', column: 'n', row: 2345}});
    }, 60_000);

    test('readers of the server see the load only when it is published, under a lock held by somebody else it waits', async () => {
      await load([{schema: keyed('shown'), rows: [[1, 'old']]}]);
      await using destination = new MysqlDestination(lab.endpoint());
      await using it = await destination.begin({catalog: {tables: [keyed('shown')], views: [], others: []}, mode: 'replace'}, never);
      {
        await using writer = await it.open(keyed('shown'), never);
        await writer.write({rows: [[1, 'new']], position: null});
        await writer.commit(null);
      }
      await it.finish(never);
      await lab.run('START TRANSACTION');
      expect(await lab.rows('SELECT note FROM shown')).toEqual([['old']]);
      const publishing = it.publish(never);
      expect(await lab.rows('SELECT note FROM shown')).toEqual([['old']]);
      await lab.run('COMMIT');
      await publishing;
      expect(await lab.rows('SELECT note FROM shown')).toEqual([['new']]);
    });
  });
}
