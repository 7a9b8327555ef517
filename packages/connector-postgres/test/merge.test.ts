import type {Row, Schema, View, WriteMode} from '@sluice/core';
import {until} from '@sluice/testkit';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {PostgresDestination} from '../src/destination.ts';
import {connectPlain, openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();

describe.skipIf(postgres === null)('merging into live tables', () => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(postgres!); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  async function load(tables: readonly {readonly schema: Schema; readonly rows: readonly Row[]}[], mode: WriteMode, query = '', views: readonly View[] = []) {
    await using destination = new PostgresDestination(lab.endpoint(query));
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
  const people: Schema = {table: 'people', primaryKey: ['id'], columns: [{name: 'id', type: 'int', nullable: false}, {name: 'name', type: 'text', nullable: true}]};
  const visits: Schema = {
    table: 'visits', primaryKey: ['person', 'n'],
    columns: [{name: 'person', type: 'int', nullable: false}, {name: 'n', type: 'int', nullable: false}, {name: 'cost', type: 'decimal', nullable: true, precision: 10, scale: 2}],
    foreignKeys: [{name: 'of', columns: ['person'], table: 'people', referencedColumns: ['id'], onUpdate: 'NO ACTION', onDelete: 'NO ACTION'}],
  };

  test('views, grants, triggers and foreign keys stay, and rows that are alike are not touched', async () => {
    await load([{schema: visits, rows: [[1, 1, '1.00'], [2, 1, '2.00'], [3, 1, '3.00']]}, {schema: people, rows: [[1, 'a'], [2, 'b'], [3, 'c']]}], 'mirror');
    await lab.run(`CREATE VIEW named AS SELECT name FROM people; GRANT SELECT ON people TO PUBLIC; ALTER TABLE people OWNER TO ${lab.user};
      CREATE TABLE log (id int, op text); ALTER TABLE log OWNER TO ${lab.user};
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO log VALUES (coalesce(NEW.id, OLD.id), TG_OP); RETURN NULL; END$$;
      CREATE TRIGGER noting AFTER INSERT OR UPDATE OR DELETE ON people FOR EACH ROW EXECUTE FUNCTION note()`);
    const before = await lab.rows("SELECT oid, relacl FROM pg_class WHERE relname IN ('people', 'visits', 'named') ORDER BY relname");
    const {merged} = await load([{schema: visits, rows: [[1, 1, '1.00'], [4, 1, '4.50']]}, {schema: people, rows: [[1, 'a'], [2, 'B'], [4, 'd']]}], 'mirror');
    expect(merged).toEqual([{table: 'visits', inserted: 1, updated: 0, deleted: 2}, {table: 'people', inserted: 1, updated: 1, deleted: 1}]);
    expect(await lab.rows('SELECT * FROM people ORDER BY id')).toEqual([['1', 'a'], ['2', 'B'], ['4', 'd']]);
    expect(await lab.rows('SELECT * FROM visits ORDER BY person')).toEqual([['1', '1', '1.00'], ['4', '1', '4.50']]);
    expect(await lab.rows('SELECT name FROM named ORDER BY 1')).toEqual([['B'], ['a'], ['d']].sort());
    expect(await lab.rows('SELECT * FROM log ORDER BY id')).toEqual([['2', 'UPDATE'], ['3', 'DELETE'], ['4', 'INSERT']]);
    expect(await lab.rows("SELECT oid, relacl FROM pg_class WHERE relname IN ('people', 'visits', 'named') ORDER BY relname")).toEqual(before);
    expect(await lab.rows("SELECT relname FROM pg_class WHERE relname LIKE '\\_sluice\\_new%'")).toEqual([]);
  });

  test('a connection that breaks once the rows are live is told as a warning: they are there', async () => {
    const schema: Schema = {...people, table: 'lasting'};
    const view: View = {name: 'seen', columns: ['id'], dialect: 'postgres', sql: 'SELECT id FROM lasting'};
    await load([{schema, rows: [[1, 'a']]}], 'upsert', '', [view]);
    const url = new URL(lab.server.url);
    url.pathname = `/${lab.database}`;
    const reader = await connectPlain(url.href);
    await reader.query('BEGIN');
    await reader.query('SELECT * FROM seen');
    const loading = load([{schema, rows: [[2, 'b']]}], 'upsert', '', [view]);
    const waits = async () => (await lab.rows(`SELECT pid FROM pg_stat_activity WHERE usename = '${lab.user}' AND wait_event_type = 'Lock' AND query LIKE '%VIEW%'`)).length > 0;
    await until('the view waits for its reader', waits, 20_000);
    await lab.killAll();
    const published = await loading;
    expect(published.merged).toEqual([{table: 'lasting', inserted: 1, updated: 0, deleted: 0}]);
    expect(published.warnings).toEqual([expect.stringMatching(/^the rows are live, but .*(?:connection|server)/)]);
    expect(await lab.rows('SELECT id FROM lasting ORDER BY id')).toEqual([['1'], ['2']]);
    await reader.end();
    await load([{schema, rows: [[3, 'c']]}], 'upsert', '', [view]);
    expect(await lab.rows("SELECT relname FROM pg_class WHERE relname LIKE '\\_sluice\\_new%'")).toEqual([]);
  });

  test.each(['mirror', 'upsert', 'append'] as const)('a trigger that changes rows is found out, and nothing happens: %s', async mode => {
    const table = `changed_${mode}`;
    const schema: Schema = {...people, table};
    await load([{schema, rows: [[1, 'a']]}], 'mirror');
    await lab.run(`CREATE FUNCTION ${table}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.name := NEW.name || ' '; RETURN NEW; END$$;
      CREATE TRIGGER changing BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${table}()`);
    await expect(load([{schema, rows: [[2, 'b']]}], mode)).rejects.toMatchObject({code: 'SLUICE_VERIFY', context: {table}});
    expect(await lab.rows(`SELECT * FROM ${table}`)).toEqual([['1', 'a']]);
  });

  test('a trigger that drops rows of a table without a key is found out', async () => {
    const schema: Schema = {...people, table: 'dropped', primaryKey: []};
    await load([{schema, rows: [[1, 'a']]}], 'append');
    await lab.run(`CREATE FUNCTION dropping() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN CASE WHEN NEW.id = 3 THEN NULL ELSE NEW END; END$$;
      CREATE TRIGGER dropping BEFORE INSERT ON dropped FOR EACH ROW EXECUTE FUNCTION dropping()`);
    await load([{schema, rows: [[2, 'b']]}], 'append');
    await expect(load([{schema, rows: [[3, 'c'], [4, 'd']]}], 'append')).rejects.toMatchObject({code: 'SLUICE_VERIFY'});
    expect(await lab.rows('SELECT * FROM dropped ORDER BY id')).toEqual([['1', 'a'], ['2', 'b']]);
  });

  test('zeros at the end of a number, and generated columns, are compared too', async () => {
    await lab.run(`CREATE TABLE exact (id int PRIMARY KEY, n numeric, twice int GENERATED ALWAYS AS (id * 2) STORED); INSERT INTO exact VALUES (1, 1.0), (2, 2); ALTER TABLE exact OWNER TO ${lab.user}`);
    const schema: Schema = {table: 'exact', primaryKey: ['id'], columns: [
      {name: 'id', type: 'int', nullable: false}, {name: 'n', type: 'decimal', nullable: true},
      {name: 'twice', type: 'int', nullable: true, generated: {dialect: 'postgres', sql: '(id * 2)', stored: true}},
    ]};
    await load([{schema, rows: [[1, '1.00', 2], [3, '3', 6]]}], 'mirror');
    expect(await lab.rows('SELECT * FROM exact ORDER BY id')).toEqual([['1', '1.00', '2'], ['3', '3', '6']]);
  });

  test('a row that others refer to stays, and so does everything', async () => {
    await lab.run(`CREATE TABLE parents (id int PRIMARY KEY, name text); ALTER TABLE parents OWNER TO ${lab.user}; INSERT INTO parents VALUES (1, 'a'), (2, 'b');
      CREATE TABLE children (id int REFERENCES parents); INSERT INTO children VALUES (2)`);
    const schema: Schema = {...people, table: 'parents'};
    await expect(load([{schema, rows: [[1, 'A']]}], 'mirror')).rejects.toMatchObject({code: 'SLUICE_VALUE'});
    expect(await lab.rows('SELECT * FROM parents ORDER BY id')).toEqual([['1', 'a'], ['2', 'b']]);
  });

  test.each(['CASCADE', 'SET NULL', 'SET DEFAULT'])('rows of tables that are not loaded stay as they are, whatever their foreign keys would do: ON DELETE %s', async action => {
    const table = `owners_${action.replace(' ', '_').toLowerCase()}`;
    await lab.run(`CREATE TABLE ${table} (id int PRIMARY KEY, name text); ALTER TABLE ${table} OWNER TO ${lab.user}; INSERT INTO ${table} VALUES (1, 'a'), (2, 'b'), (3, 'c');
      CREATE TABLE pets_of_${table} (owner int CONSTRAINT pets_of REFERENCES ${table} ON DELETE ${action}); ALTER TABLE pets_of_${table} OWNER TO ${lab.user}; INSERT INTO pets_of_${table} VALUES (2), (NULL)`);
    const schema: Schema = {...people, table};
    await expect(load([{schema, rows: [[1, 'A'], [3, 'c']]}], 'mirror')).rejects.toMatchObject({code: 'SLUICE_VALUE', context: {table}, message: expect.stringMatching(/pets_of/)});
    expect(await lab.rows(`SELECT owner FROM pets_of_${table} ORDER BY 1`)).toEqual([['2'], [null]]);
    expect(await lab.rows(`SELECT count(*) FROM ${table}`)).toEqual([['3']]);
    await load([{schema, rows: [[1, 'A'], [2, 'b']]}], 'mirror');
    expect(await lab.rows(`SELECT id, name FROM ${table} ORDER BY id`)).toEqual([['1', 'A'], ['2', 'b']]);
  });

  test.each(['CASCADE', 'SET NULL', 'SET DEFAULT'])('rows of tables that are not loaded stay as they are when what they refer to changes, a unique column that is no key: ON UPDATE %s', async action => {
    const table = `codes_${action.replace(' ', '_').toLowerCase()}`;
    await lab.run(`CREATE TABLE ${table} (id int PRIMARY KEY, name text UNIQUE); ALTER TABLE ${table} OWNER TO ${lab.user}; INSERT INTO ${table} VALUES (1, 'a'), (2, 'b'), (3, 'c');
      CREATE TABLE uses_of_${table} (name text CONSTRAINT uses_of REFERENCES ${table} (name) ON UPDATE ${action}); ALTER TABLE uses_of_${table} OWNER TO ${lab.user}; INSERT INTO uses_of_${table} VALUES ('b'), (NULL)`);
    const schema: Schema = {...people, table};
    for (const mode of ['upsert', 'mirror'] as const) {
      await expect(load([{schema, rows: [[1, 'a'], [2, 'B'], [3, 'c']]}], mode)).rejects.toMatchObject({
        code: 'SLUICE_VALUE', context: {table}, message: expect.stringMatching(new RegExp(`uses_of_${table} refer to .* name is to change.*ON UPDATE ${action}`)),
      });
    }
    expect(await lab.rows(`SELECT name FROM uses_of_${table} ORDER BY 1`)).toEqual([['b'], [null]]);
    // What nobody refers to may change.
    await load([{schema, rows: [[1, 'A'], [2, 'b'], [3, 'C']]}], 'mirror');
    expect(await lab.rows(`SELECT name FROM ${table} ORDER BY id`)).toEqual([['A'], ['b'], ['C']]);
    expect(await lab.rows(`SELECT name FROM uses_of_${table} ORDER BY 1`)).toEqual([['b'], [null]]);
  });

  test('a counter that the user may not set is told with the statement that allows it, and the rows are there', async () => {
    await lab.run(`CREATE TABLE counted_by_others (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, name text); GRANT ALL ON counted_by_others TO ${lab.user}; GRANT CREATE ON SCHEMA public TO ${lab.user}`);
    const schema: Schema = {...people, table: 'counted_by_others', columns: people.columns.map(column => column.name === 'id' ? {...column, autoIncrement: true} : column)};
    const {warnings} = await load([{schema, rows: [[7, 'g']]}], 'upsert');
    expect(warnings).toEqual([expect.stringMatching(/^auto-increment id of table counted_by_others: .*GRANT SELECT, UPDATE ON SEQUENCE public\.counted_by_others_id_seq/)]);
    expect(await lab.rows('SELECT id, name FROM counted_by_others')).toEqual([['7', 'g']]);
  });

  test.each(['', 'CONSTRAINT'])('a trigger that changes rows of another table of the load is found out, be it at the end of the transaction: %s', async kind => {
    const parents: Schema = {...people, table: `counted${kind}`.toLowerCase()};
    const children: Schema = {
      ...visits, table: `counting${kind}`.toLowerCase(),
      foreignKeys: [{name: `counted_by${kind}`, columns: ['person'], table: parents.table, referencedColumns: ['id'], onUpdate: 'NO ACTION', onDelete: 'NO ACTION'}],
    };
    await load([{schema: children, rows: [[1, 1, '1.00']]}, {schema: parents, rows: [[1, 'a']]}], 'mirror');
    await lab.run(`CREATE FUNCTION ${children.table}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN UPDATE ${parents.table} SET name = 'counted' WHERE id = NEW.person; RETURN NULL; END$$;
      CREATE ${kind} TRIGGER counting AFTER INSERT ON ${children.table} ${kind === '' ? '' : 'DEFERRABLE INITIALLY DEFERRED'} FOR EACH ROW EXECUTE FUNCTION ${children.table}()`);
    await expect(load([{schema: children, rows: [[1, 1, '1.00'], [1, 2, '2.00']]}, {schema: parents, rows: [[1, 'a']]}], 'mirror'))
      .rejects.toMatchObject({code: 'SLUICE_VERIFY', context: {table: parents.table}});
    expect(await lab.rows(`SELECT name FROM ${parents.table}`)).toEqual([['a']]);
    expect(await lab.rows(`SELECT count(*) FROM ${children.table}`)).toEqual([['1']]);
  });

  test('whoever writes the live table meanwhile is waited for, no longer than the URL says', async () => {
    const schema: Schema = {...people, table: 'busy'};
    await load([{schema, rows: [[1, 'a']]}], 'mirror');
    await lab.run('BEGIN; UPDATE busy SET name = $$mine$$');
    try {
      await expect(load([{schema, rows: [[2, 'b']]}], 'mirror', '?lockTimeout=0.2')).rejects.toMatchObject({code: 'SLUICE_LOCKED', retryable: true});
    } finally {
      await lab.run('COMMIT');
    }
    expect(await lab.rows('SELECT * FROM busy')).toEqual([['1', 'mine']]);
  });
});
