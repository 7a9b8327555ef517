import type {Batch, Catalog, Column, ColumnType, Row, Schema, View} from '@sluice/core';
import {CANARY, expectNoLeak} from '@sluice/testkit';
import {describe, expect, test} from 'vitest';
import {matchTables, shape, type ShapeOptions} from '@sluice/transform-shape';

const table = (name: string, columns: Readonly<Record<string, ColumnType | Partial<Column>>>, more: Partial<Schema> = {}): Schema => ({
  table: name, primaryKey: [], ...more,
  columns: Object.entries(columns).map(([column, given]): Column => ({name: column, type: 'text', nullable: true, ...(typeof given === 'string' ? {type: given} : given)})),
});
const view = (name: string): View => ({name, columns: [], dialect: 'mysql', sql: ''});
const catalog = (tables: readonly Schema[], views: readonly View[] = []): Catalog => ({tables, views, others: []});
const batch = (rows: Row[]): Batch => ({rows, position: null});
const problems = (options: ShapeOptions, tables: readonly Schema[], views: readonly View[] = []) =>
  shape(options).check!(catalog(tables, views)).map(({path, message}) => `${path}: ${message}`);
const users = table('users', {id: {type: 'int', nullable: false}, name: 'text', born: 'date', score: 'int'}, {primaryKey: ['id'], order: 'key'});

describe('matchTables', () => {
  test('takes what a pattern means, and not what another one excludes', () => {
    const {wants} = matchTables({tables: ['data_*', 'gen_twins'], exclude: ['*_tr']});
    expect(['data_4_au_t', 'gen_twins', 'data_4_tr', 'gen_family', 'DATA_1'].map(wants)).toEqual([true, true, false, false, false]);
    expect(['a', 'b'].map(matchTables({exclude: ['b']}).wants)).toEqual([true, false]);
    expect(matchTables({}).wants('anything')).toBe(true);
  });
  test('a pattern that means nothing is a problem, with what was meant', () => {
    expect(matchTables({tables: ['user', 'x_*'], exclude: ['usres']}).problems(['users', 'v'])).toEqual([
      {path: 'tables', message: 'there is no table or view user; did you mean users?'}, {path: 'tables', message: 'no table or view is like x_*'},
      {path: 'exclude', message: 'there is no table or view usres; did you mean users?'},
    ]);
    expect(matchTables({tables: ['v'], exclude: ['u*']}).problems(['users', 'v'])).toEqual([]);
  });
});

describe('rows', () => {
  test('have the columns that are selected and not dropped, cast in place', () => {
    const transform = shape({shapes: {users: {select: ['id', 'n*', 'score'], drop: ['name'], cast: {id: 'text', score: 'decimal'}}}});
    expect(problems({shapes: {users: {select: ['id', 'n*', 'score'], drop: ['name'], cast: {id: 'text', score: 'decimal'}}}}, [users])).toEqual([]);
    const plan = transform.plan(users)!;
    expect(plan.uses).toEqual([0, 3]);
    expect(plan.apply(batch([[1, 'Ann', '2000-01-01', 5], [2, null, null, null]])).rows).toEqual([['1', '5'], ['2', null]]);
    expect(plan.schema.columns).toEqual([{name: 'id', type: 'text', nullable: false}, {name: 'score', type: 'decimal', nullable: true, precision: 20, scale: 0}]);
    expect(plan.effects).toEqual([
      {column: 'id', effect: 'changed', method: 'cast from int to text'}, {column: 'name', effect: 'dropped', method: 'not selected'},
      {column: 'born', effect: 'dropped', method: 'not selected'}, {column: 'score', effect: 'changed', method: 'cast from int to decimal'},
    ]);
  });

  test('a value without an exact form fails with its place and without itself', () => {
    const transform = shape({shapes: {users: {cast: {name: 'int'}}}});
    const plan = transform.plan(users)!;
    plan.apply(batch([[1, '7', null, 1], [2, '8', null, 1]]));
    let thrown: unknown;
    try { plan.apply(batch([[3, '9', null, 1], [4, CANARY, null, 1]])); } catch (error) { thrown = error; }
    expect(thrown).toMatchObject({code: 'SLUICE_VALUE', context: {table: 'users', column: 'name', row: 3}});
    expectNoLeak(thrown, CANARY);
  });

  test('without a shape they are the same arrays', () => {
    const plan = shape({}).plan(users)!;
    const given = batch([[1, 'a', null, 2]]);
    expect(plan.apply(given)).toBe(given);
    expect(plan.effects).toEqual([]);
    expect(plan.schema).toEqual(users);
  });

  test('several patterns apply together, and operations stay', () => {
    const plan = shape({shapes: {'u*': {drop: ['born']}, '*': {renameColumns: {score: 'points'}}}}).plan(users)!;
    expect(plan.renames).toEqual([{from: 'score', to: 'points'}]);
    expect(plan.schema.columns.map(({name}) => name)).toEqual(['id', 'name', 'points']);
    expect(plan.apply({...batch([[1, 'a', null, 2]]), ops: ['update']})).toEqual({rows: [[1, 'a', 2]], position: null, ops: ['update']});
  });
});

describe('names', () => {
  const orders = table('orders', {id: 'int', user: 'int', total: {type: 'int', default: {kind: 'expression', dialect: 'mysql', sql: 'id * 2'}}, twice: {type: 'int', generated: {dialect: 'mysql', sql: '`Total` * 2', stored: true}}}, {
    primaryKey: ['id'], order: 'key',
    indexes: [{name: 'i', unique: true, parts: [{column: 'user'}, {column: 'total'}]}, {name: 'e', unique: false, parts: [{column: null, expression: {dialect: 'mysql', sql: 'abs(total)'}}]}],
    foreignKeys: [{name: 'f', columns: ['user'], table: 'users', referencedColumns: ['id'], onUpdate: 'RESTRICT', onDelete: 'RESTRICT'}],
    checks: [{name: 'c', dialect: 'mysql', sql: 'total > 0'}, {name: 'd', dialect: 'mysql', sql: 'user > 0'}],
  });

  test('keys, indexes and foreign keys follow, SQL that uses the old name goes', () => {
    const transform = shape({shapes: {orders: {rename: 'purchases', renameColumns: {total: 'amount'}}, users: {rename: 'people', renameColumns: {id: 'person'}}}});
    const {schema, omissions} = transform.plan(orders)!;
    expect(schema.table).toBe('purchases');
    expect(schema.indexes).toEqual([{name: 'i', unique: true, parts: [{column: 'user'}, {column: 'amount'}]}]);
    expect(schema.foreignKeys).toEqual([expect.objectContaining({columns: ['user'], table: 'people', referencedColumns: ['person']})]);
    expect(schema.checks!.map(({name}) => name)).toEqual(['d']);
    expect(schema.columns[2]).toMatchObject({name: 'amount', default: {sql: 'id * 2'}});
    expect(schema.columns[3]).not.toHaveProperty('generated');
    expect(omissions!.map(({kind, name}) => `${kind} ${name}`)).toEqual(['generated twice', 'check c', 'index e']);
    expect(transform.plan(users)!.schema).toMatchObject({table: 'people', primaryKey: ['person'], order: 'key'});
  });

  test('a key that is cast has another order, and foreign keys over it go', () => {
    const transform = shape({shapes: {orders: {cast: {id: 'text', user: 'text'}}}});
    const {schema, omissions} = transform.plan(orders)!;
    expect(schema).not.toHaveProperty('order');
    expect(schema.primaryKey).toEqual(['id']);
    expect(omissions!.map(({kind, name}) => `${kind} ${name}`)).toEqual(['default total', 'check d', 'foreign key f']);
  });

  test('an index over the beginning of a text that is text no more goes', () => {
    const coded = table('t', {id: 'int', code: 'text'}, {indexes: [{name: 'p', unique: false, parts: [{column: 'code', prefix: 3}]}, {name: 'w', unique: false, parts: [{column: 'code'}]}]});
    expect(shape({shapes: {t: {cast: {code: 'int'}}}}).plan(coded)!.schema.indexes!.map(({name}) => name)).toEqual(['w']);
  });

  test('a foreign key to what is not taken goes', () => {
    const left = (options: ShapeOptions) => shape(options).plan(orders)!.schema.foreignKeys!.length;
    expect([left({}), left({tables: ['orders']}), left({shapes: {users: {drop: ['id']}}})]).toEqual([1, 0, 0]);
  });

  test('given twice are a problem, in any case', () => {
    expect(problems({shapes: {users: {renameColumns: {name: 'ID', born: 'day', score: 'day'}}, orders: {rename: 'Users'}}}, [users, orders])).toEqual([
      'orders: cannot be called Users: users has that table name',
      'users.name: cannot be called ID: users.id has that column name',
      'users.born: cannot be called day: users.score has that column name', 'users.score: cannot be called day: users.born has that column name',
    ]);
    expect(problems({shapes: {users: {renameColumns: {name: 'id', id: 'name'}}}}, [users])).toEqual([]);
    expect(problems({shapes: {users: {renameColumns: {name: 'id'}, drop: ['id']}}}, [users])).toEqual([]);
  });
});

test('everything that means nothing is told at once', () => {
  expect(problems({
    tables: ['user*', 'nothing'], exclude: ['none_*'],
    shapes: {usres: {}, 'x*': {}, 'u*': {rename: 'one', select: ['nam', 'id', '*'], drop: ['q*'], renameColumns: {'scor*': 'x'}, cast: {born: 'int', score: 'text', no: 'text'}}},
  }, [users, table('users2', {id: 'int'})], [view('v')])).toEqual([
    'tables: there is no table or view nothing', 'exclude: no table or view is like none_*',
    'shapes.usres: there is no selected table usres; did you mean users?', 'shapes.x*: no selected table is like x*',
    'shapes.u*.rename: would give 2 tables one name', 'shapes.u*.select: there is no column nam; did you mean name?', 'shapes.u*.drop: no column is like q*',
    'shapes.u*.cast: there is no column no', 'shapes.u*.renameColumns: there is no column scor*; did you mean score?',
    'users.born: cannot be cast from date to int exactly, only to text, timestamp',
    'users: cannot be called one: users2 has that table name', 'users2: cannot be called one: users has that table name',
  ]);
  expect(problems({shapes: {users: {select: []}}}, [users])).toEqual(['users: no column is left: exclude the table']);
});

test('what is not selected is not even read, tables and views alike', () => {
  const transform = shape({tables: ['users'], exclude: ['v']});
  expect(transform.plan(table('other', {a: 'int'}))).toBeNull();
  expect([transform.refusesTable!(table('other', {})), transform.refusesView!(view('v')), transform.refusesTable!(users)]).toEqual(['not selected', 'not selected', null]);
});

describe('a key that is given', () => {
  const visits = table('visits', {n: {type: 'int', nullable: false}, person: 'int', day: 'date'}, {primaryKey: ['n'], order: 'key'});

  test('takes the place of the primary key, under the new names, and allows no NULL', () => {
    const transform = shape({shapes: {visits: {key: ['person', 'day'], renameColumns: {day: 'date'}}}});
    expect(transform.check!(catalog([visits]))).toEqual([]);
    const {schema, omissions} = transform.plan(visits)!;
    expect(schema.primaryKey).toEqual(['person', 'date']);
    expect(schema.columns.map(({name, nullable}) => [name, nullable])).toEqual([['n', false], ['person', false], ['date', false]]);
    // Rows come in the order of the former key.
    expect(schema.order).toBeUndefined();
    expect(omissions).toEqual([{table: 'visits', kind: 'unique', name: 'n', reason: 'rows are identified by person, day instead'}]);
  });

  test('is of columns that are there, once, and not left out; of selected tables only', () => {
    expect(problems({exclude: ['people'], shapes: {'*': {key: ['person', 'person', 'dya'], drop: ['n']}, visits: {key: ['n']}}}, [visits, table('people', {})])).toEqual([
      'visits.person: is twice in the key', "visits.dya: cannot be in the key: there is no column dya; did you mean day?",
    ]);
    expect(problems({shapes: {visits: {key: ['n'], drop: ['n']}}}, [visits])).toEqual(['visits.n: is in the key and left out']);
  });

  test('that is the primary key already changes nothing', () => {
    const {schema} = shape({shapes: {visits: {key: ['n']}}}).plan(visits)!;
    expect(schema).toMatchObject({primaryKey: ['n'], order: 'key'});
  });
});

test('a view whose SQL uses a name that was changed is left out: it might read something else', () => {
  const transform = shape({shapes: {users: {rename: 'people'}}});
  const reads = (name: string, sql: string) => ({...view(name), sql});
  transform.check!(catalog([users], []));
  expect(transform.refusesView!(reads('v', 'SELECT id FROM "Users"'))).toBe('its SQL uses a name that is another one now');
  expect(transform.refusesView!(reads('w', 'SELECT 1'))).toBeNull();
});
