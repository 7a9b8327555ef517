import type {Row, Schema, View, WriteMode} from '@sluice/core';
import {until} from '@sluice/testkit';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {MysqlDestination} from '../src/destination.ts';
import {connectPlain, openLab, servers, type Lab} from './lab.ts';

const {signal} = new AbortController();

describe.each(servers)('merging into live tables of $kind', it => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(it); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  async function load(tables: readonly {readonly schema: Schema; readonly rows: readonly Row[]}[], mode: WriteMode, views: readonly View[] = []) {
    await using destination = new MysqlDestination(lab.endpoint());
    await using running = await destination.begin({catalog: {tables: tables.map(({schema}) => schema), views, others: []}, mode, ...(mode !== 'mirror' && {beside: true})}, signal);
    for (const {schema, rows} of tables) {
      await using writer = await running.open(schema, signal);
      const {rows: fitted} = writer.fit({rows: rows.map(row => [...row]), position: null}).batch;
      await writer.write({rows: fitted, position: null});
      await writer.commit(null);
    }
    await running.finish(signal);
    return await running.publish(signal);
  }
  const people: Schema = {table: 'people', primaryKey: ['id'], columns: [{name: 'id', type: 'int', nullable: false}, {name: 'name', type: 'text', nullable: true, maxLength: 20, caseInsensitive: true}]};
  const visits: Schema = {
    table: 'visits', primaryKey: ['person', 'n'],
    columns: [{name: 'person', type: 'int', nullable: false}, {name: 'n', type: 'int', nullable: false}, {name: 'cost', type: 'decimal', nullable: true, precision: 10, scale: 2}],
    foreignKeys: [{name: 'of', columns: ['person'], table: 'people', referencedColumns: ['id'], onUpdate: 'NO ACTION', onDelete: 'NO ACTION'}],
  };

  test('views, triggers and foreign keys stay, and rows that are alike are not touched', async () => {
    await load([{schema: visits, rows: [[1, 1, '1.00'], [2, 1, '2.00'], [3, 1, '3.00']]}, {schema: people, rows: [[1, 'a'], [2, 'b'], [3, 'c']]}], 'mirror');
    await lab.run('CREATE VIEW named AS SELECT name FROM people');
    await lab.run('CREATE TABLE log (id int, op varchar(10))');
    for (const [op, row] of [['INSERT', 'NEW'], ['UPDATE', 'NEW'], ['DELETE', 'OLD']]) await lab.run(`CREATE TRIGGER noting_${op} AFTER ${op} ON people FOR EACH ROW INSERT INTO log VALUES (${row}.id, '${op}')`);
    const {merged} = await load([{schema: visits, rows: [[1, 1, '1.00'], [4, 1, '4.50']]}, {schema: people, rows: [[1, 'a'], [2, 'B'], [4, 'd']]}], 'mirror');
    expect(merged).toEqual([{table: 'visits', inserted: 1, updated: 0, deleted: 2}, {table: 'people', inserted: 1, updated: 1, deleted: 1}]);
    expect(await lab.rows('SELECT id, name FROM people ORDER BY id')).toEqual([[1, 'a'], [2, 'B'], [4, 'd']]);
    expect(await lab.rows('SELECT person, n, cost FROM visits ORDER BY person')).toEqual([[1, 1, '1.00'], [4, 1, '4.50']]);
    expect(await lab.rows('SELECT name FROM named ORDER BY 1')).toEqual([['a'], ['B'], ['d']]);
    expect(await lab.rows('SELECT * FROM log ORDER BY id')).toEqual([[2, 'UPDATE'], [3, 'DELETE'], [4, 'INSERT']]);
    expect(await lab.rows("SELECT CONSTRAINT_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'visits'")).toEqual([['of']]);
    expect(await lab.rows("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE '\\_sluice\\_new%'")).toEqual([]);
  });

  test('a connection that breaks once the rows are live is told as a warning: they are there', async () => {
    const schema: Schema = {...people, table: 'lasting'};
    const view: View = {name: 'seen', columns: ['id'], dialect: it.kind, sql: 'select `lasting`.`id` AS `id` from `lasting`'};
    await load([{schema, rows: [[1, 'a']]}], 'upsert', [view]);
    const reader = await connectPlain(it, lab.database);
    await reader.query('START TRANSACTION');
    await reader.query('SELECT * FROM seen');
    const loading = load([{schema, rows: [[2, 'b']]}], 'upsert', [view]);
    const waits = async () => (await lab.rows(`SELECT ID FROM information_schema.PROCESSLIST WHERE USER = '${lab.user}' AND STATE LIKE 'Waiting for table metadata lock%' AND INFO LIKE '%VIEW%'`)).length > 0;
    await until('the view waits for its reader', waits, 20_000);
    await lab.killAll();
    const published = await loading;
    expect(published.merged).toEqual([{table: 'lasting', inserted: 1, updated: 0, deleted: 0}]);
    expect(published.warnings).toEqual([expect.stringMatching(/^the rows are live, but .*connection/)]);
    expect(await lab.rows('SELECT id FROM lasting ORDER BY id')).toEqual([[1], [2]]);
    await reader.end();
    await load([{schema, rows: [[3, 'c']]}], 'upsert', [view]);
    expect(await lab.rows("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE '\\_sluice\\_new%'")).toEqual([]);
  });

  test.each(['mirror', 'upsert', 'append'] as const)('a trigger that changes rows is found out, and nothing happens: %s', async mode => {
    const table = `changed_${mode}`;
    const schema: Schema = {...people, table};
    await load([{schema, rows: [[1, 'a']]}], 'mirror');
    await lab.run(`CREATE TRIGGER changing_${mode} BEFORE INSERT ON ${table} FOR EACH ROW SET NEW.name = UPPER(NEW.name)`);
    await expect(load([{schema, rows: [[2, 'b']]}], mode)).rejects.toMatchObject({code: 'SLUICE_VERIFY', context: {table}});
    expect(await lab.rows(`SELECT * FROM ${table}`)).toEqual([[1, 'a']]);
  });

  test('tables that cannot be changed all at once, or of which nobody could say what became of the rows, are refused', async () => {
    await lab.run('CREATE TABLE isam (id bigint PRIMARY KEY, name varchar(20)) ENGINE = MyISAM');
    await expect(load([{schema: {...people, table: 'isam'}, rows: [[1, 'a']]}], 'mirror')).rejects.toMatchObject({code: 'SLUICE_SCHEMA', context: {table: 'isam'}});
    const schema: Schema = {...people, table: 'keyless', primaryKey: []};
    await load([{schema, rows: [[1, 'a']]}], 'append');
    await lab.run('CREATE TRIGGER watching BEFORE INSERT ON keyless FOR EACH ROW SET NEW.name = NEW.name');
    await expect(load([{schema, rows: [[2, 'b']]}], 'append')).rejects.toMatchObject({code: 'SLUICE_SCHEMA', context: {table: 'keyless'}});
    expect(await lab.rows('SELECT * FROM keyless')).toEqual([[1, 'a']]);
  });

  test('a row that others refer to stays, and so does everything; what was broken before is nobody\'s fault', async () => {
    const schema: Schema = {...people, table: 'parents'};
    await load([{schema, rows: [[1, 'a'], [2, 'b']]}], 'mirror');
    await lab.run('CREATE TABLE children (id bigint, FOREIGN KEY (id) REFERENCES parents (id) ON DELETE CASCADE)');
    await lab.run('INSERT INTO children VALUES (2)');
    await expect(load([{schema, rows: [[1, 'A']]}], 'mirror')).rejects.toMatchObject({code: 'SLUICE_VALUE', context: {table: 'children'}});
    expect(await lab.rows('SELECT id, name FROM parents ORDER BY id')).toEqual([[1, 'a'], [2, 'b']]);
    await lab.run('SET SESSION foreign_key_checks = 0');
    await lab.run('INSERT INTO children VALUES (99)');
    await lab.run('SET SESSION foreign_key_checks = 1');
    await load([{schema, rows: [[1, 'A'], [2, 'b']]}], 'mirror');
    expect(await lab.rows('SELECT id, name FROM parents ORDER BY id')).toEqual([[1, 'A'], [2, 'b']]);
  });

  test('a trigger that changes rows of another table of the load is found out', async () => {
    const parents: Schema = {...people, table: 'counted'};
    const children: Schema = {...visits, table: 'counting', foreignKeys: [{...visits.foreignKeys![0]!, name: 'counted_by', table: 'counted'}]};
    await load([{schema: children, rows: [[1, 1, '1.00']]}, {schema: parents, rows: [[1, 'a']]}], 'mirror');
    await lab.run("CREATE TRIGGER counting AFTER INSERT ON counting FOR EACH ROW UPDATE counted SET name = 'counted' WHERE id = NEW.person");
    await expect(load([{schema: children, rows: [[1, 1, '1.00'], [1, 2, '2.00']]}, {schema: parents, rows: [[1, 'a']]}], 'mirror')).rejects.toMatchObject({code: 'SLUICE_VERIFY', context: {table: 'counted'}});
    expect(await lab.rows('SELECT name FROM counted')).toEqual([['a']]);
    expect(await lab.rows('SELECT count(*) FROM counting')).toEqual([[1]]);
  });

  test('a row that somebody refers to while the merge waits for them stays, too', async () => {
    const schema: Schema = {...people, table: 'adopted'};
    await load([{schema, rows: [[1, 'a'], [2, 'b']]}], 'mirror');
    await lab.run('CREATE TABLE adopting (id bigint, FOREIGN KEY (id) REFERENCES adopted (id))');
    await lab.run('START TRANSACTION');
    await lab.run('INSERT INTO adopting VALUES (2)');
    const merging = load([{schema, rows: [[1, 'A']]}], 'mirror').then(() => null, (error: unknown) => error);
    // By then its snapshot is taken.
    await until('the rows are being deleted', async () => (await lab.rows("SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE 'DELETE t FROM `adopted`%'")).length > 0);
    await lab.run('COMMIT');
    expect(await merging).toMatchObject({code: 'SLUICE_VALUE', context: {table: 'adopting'}});
    expect(await lab.rows('SELECT id, name FROM adopted ORDER BY id')).toEqual([[1, 'a'], [2, 'b']]);
  });
});
