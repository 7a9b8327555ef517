import {planCollections, planTables} from '@sluice/relational';
import type {DocumentSchema, Field, Shape} from '@sluice/relational';
import {expect, test} from 'vitest';
import {columnsOf, typedColumns} from './plan-text.ts';

const scalar = (name: string, as: Shape['as'], more: Partial<Shape> = {}): Field => ({name, as, types: {}, ...more});
const document = (name: string, fields: readonly Field[], more: Partial<Shape> = {}): Field => ({name, as: 'columns', types: {}, fields, ...more});
const array = (name: string, items: Shape, more: Partial<Shape> = {}): Field => ({name, as: 'table', types: {}, items, ...more});
const records = (...fields: Field[]): Shape => ({as: 'columns', types: {}, fields});
const schema = (collection: string, ...fields: Field[]): DocumentSchema => ({collection, fields: [scalar('_id', 'objectId'), ...fields]});

const orders = schema('orders',
  document('customerInfo', [scalar('_ref', 'objectId'), scalar('firstName', 'string')]),
  array('Lines', records(scalar('sku', 'string'), scalar('qty', 'int'), array('tags', {as: 'string', types: {}}))),
  array('grid', {as: 'table', types: {}, items: {as: 'double', types: {}}}));

test('tables have keys of the document\'s id and the places, comments with the path, and a last column for what fits nowhere', () => {
  const {tables, renamed, extra} = planTables(orders, {mode: 'clean'});
  expect(tables.map(({schema: {table, primaryKey, columns, comment}}) => ({table, primaryKey, comment, columns: columns.map(column => `${column.name}${column.nullable ? '?' : ''} ${column.type}: ${column.comment}`)}))).toEqual([
    {table: 'orders', primaryKey: ['id'], comment: 'documents of orders', columns: [
      'id text: _id', 'customer_info_ref? text: customerInfo._ref', 'customer_info_first_name? text: customerInfo.firstName', '_extra? json: what fits no column, by path, with the reason']},
    {table: 'orders_lines', primaryKey: ['orders_id', 'idx'], comment: 'Lines of orders', columns: [
      'orders_id text: _id', 'idx int: place in Lines, from 1', 'sku? text: Lines.sku', 'qty? int: Lines.qty', '_extra? json: what fits no column, by path, with the reason']},
    {table: 'orders_lines_tags', primaryKey: ['orders_id', 'lines_idx', 'idx'], comment: 'Lines.tags of orders', columns: [
      'orders_id text: _id', 'lines_idx int: place in Lines, from 1', 'idx int: place in Lines.tags, from 1', 'value? text: Lines.tags', '_extra? json: what fits no column, by path, with the reason']},
    {table: 'orders_grid', primaryKey: ['orders_id', 'idx'], comment: 'grid of orders', columns: [
      'orders_id text: _id', 'idx int: place in grid, from 1', '_extra? json: what fits no column, by path, with the reason']},
    {table: 'orders_grid_items', primaryKey: ['orders_id', 'grid_idx', 'idx'], comment: 'grid.[] of orders', columns: [
      'orders_id text: _id', 'grid_idx int: place in grid, from 1', 'idx int: place in grid.[], from 1', 'value? float: grid.[]', '_extra? json: what fits no column, by path, with the reason']},
  ]);
  expect(tables.map(({overflow, schema: {columns}}) => columns[overflow!]!.name)).toEqual(['_extra', '_extra', '_extra', '_extra', '_extra']);
  expect(tables.every(({schema: {foreignKeys, indexes, together}}) => foreignKeys === undefined && indexes === undefined && together === 'orders')).toBe(true);
  expect({renamed, extra}).toEqual({renamed: [], extra: null});
});

test('every type has a column that holds it in every database', () => {
  const types = ['bool', 'int', 'long', 'double', 'decimal', 'string', 'date', 'objectId', 'uuid', 'binary', 'json', 'null'] as const;
  const {tables: [root], root: {fields}} = planTables(schema('c', ...types.map(as => scalar(as, as))), {mode: 'clean'});
  expect(root!.schema.columns.slice(1, -1).map(({name, type, native, scale}) => [name, type, native, scale])).toEqual([
    ['bool', 'bool'], ['int', 'int'], ['long', 'int'], ['double', 'float'], ['decimal', 'decimal'], ['string', 'text'], ['date', 'timestamptz', undefined, 3],
    ['object_id', 'text'], ['uuid', 'uuid'], ['binary', 'bytes'], ['json', 'json'], ['null', 'json'],
  ].map(([name, type, native, scale]) => [name, type, native, scale]));
  expect(fields.get('null')).toMatchObject({type: 'json', strict: false});
});

test('names are lower case with underscores, whatever they were', () => {
  const names = ['customerID', 'HTTPServer2Go', 'Straße', 'a.b', '$set', '', '__v', 'two  words', '2nd', '日本', 'xmin'];
  const planned = planTables(schema('My-Collection.v2', ...names.map(name => scalar(name, 'int')), array('Tags', {as: 'string', types: {}})), {mode: 'clean'});
  expect(columnsOf(planned)).toEqual({
    my_collection_v2: ['id', 'customer_id', 'http_server2_go', 'straße', 'a_b', 'set', 'field', 'v', 'two_words', '2nd', '日本', 'xmin_2', '_extra'],
    my_collection_v2_tags: ['my_collection_v2_id', 'idx', 'value', '_extra'],
  });
  expect(planned.renamed).toEqual([{path: 'xmin', wanted: 'xmin', name: 'xmin_2', reason: 'the database keeps it for itself'}]);
});

test('what stands first has the name; structure comes before fields, names of people before all others', () => {
  const planned = planTables(schema('c', scalar('a_b', 'int'), document('a', [scalar('b', 'int'), scalar('B', 'int')]), scalar('é', 'int'), scalar('e', 'int'), scalar('id', 'int'),
    array('l', records(scalar('idx', 'int'), scalar('c_id', 'int'), scalar('x', 'int'), scalar('y', 'int', {column: 'x'})))), {mode: 'clean'});
  expect(columnsOf(planned)).toEqual({
    c: ['id', 'a_b', 'a_b_2', 'a_b_3', 'é', 'e_2', 'id_2', '_extra'],
    c_l: ['c_id', 'idx', 'idx_2', 'c_id_2', 'x_2', 'x', '_extra'],
  });
  expect(planned.renamed.map(({path, name}) => `${path} ${name}`)).toEqual(['a.b a_b_2', 'a.B a_b_3', 'e e_2', 'id id_2', 'l.idx idx_2', 'l.c_id c_id_2', 'l.x x_2']);
});

test('names that people gave are taken to the letter, or refused', () => {
  const named: DocumentSchema = {
    collection: 'c', table: 'Things', fields: [
      scalar('_id', 'string', {column: 'Key'}), document('home', [scalar('street', 'string')], {column: 'addr'}), scalar('n', 'int', {column: 'Number of things'}),
      array('tags', {as: 'string', types: {}, column: 'tag'}, {table: 'Labels'})],
  };
  const planned = planTables(named, {mode: 'clean', prefix: 'x_'});
  expect(columnsOf(planned)).toEqual({x_Things: ['Key', 'addr_street', 'Number of things', '_extra'], x_Labels: ['c_Key', 'idx', 'tag', '_extra']});
  expect(() => planTables(schema('c', scalar('a', 'int', {column: 'x'}), scalar('b', 'int', {column: 'X'})), {mode: 'clean'})).toThrow('c.b the column X is there already: give it another name');
  expect(() => planTables(schema('c', scalar('a', 'int', {column: 'x'.repeat(64)})), {mode: 'clean'})).toThrow('it has more than 63 bytes');
  expect(() => planTables(schema('c', array('a', records(), {table: 't'}), array('b', records(), {table: 't'})), {mode: 'clean'})).toThrow('c.b the table t is there already: give it another name');
});

test('a field that is left out is told to the flattening, and the id cannot be left out', () => {
  const {root, tables} = planTables(schema('c', scalar('secret', 'exclude'), document('d', [scalar('x', 'exclude'), scalar('y', 'int')])), {mode: 'clean'});
  expect(tables[0]!.schema.columns.map(({name}) => name)).toEqual(['id', 'd_y', '_extra']);
  expect(root.excluded).toEqual(new Set(['secret']));
  expect(root.fields.get('d')).toMatchObject({excluded: new Set(['x'])});
  expect(() => planTables({collection: 'c', fields: [scalar('_id', 'exclude')]}, {mode: 'clean'})).toThrow('c._id identifies the document: it cannot be left out');
});

test('ids of several types are text, and without an _id in the schema documents have one all the same', () => {
  expect(typedColumns(planTables({collection: 'c', fields: [scalar('a', 'int'), scalar('_id', 'json')]}, {mode: 'clean'}))).toEqual({c: ['id text', 'a int', '_extra jsonb']});
  expect(typedColumns(planTables({collection: 'c', fields: [scalar('a', 'int')]}, {mode: 'clean'}))).toEqual({c: ['id text', 'a int', '_extra jsonb']});
  expect(planTables({collection: 'c', fields: [scalar('a', 'int'), scalar('id', 'int')]}, {mode: 'clean'}).idField).toBe('id');
});

test('fields that a table has no column left for go to the overflow, and are told', () => {
  const planned = planTables(schema('c', ...Array.from({length: 40}, (_, i) => scalar(`f${i}`, 'int'))), {mode: 'clean', maxColumns: 32});
  expect(planned.tables[0]!.schema.columns).toHaveLength(32);
  expect(planned.renamed).toHaveLength(10);
  expect(planned.renamed[0]).toEqual({path: 'f30', wanted: 'f30', name: '_extra', reason: 'a table has at most 32 columns: its values go to the overflow'});
  expect(planned.root.fields.has('f29')).toBe(true);
  expect(planned.root.fields.has('f30')).toBe(false);
});

test('arrays nested beyond what a key can have are refused with what would be right', () => {
  let items: Shape = {as: 'int', types: {}};
  for (let i = 0; i < 15; i++) items = {as: 'table', types: {}, items};
  expect(() => planTables(schema('c', array('a', items)), {mode: 'clean'})).toThrow('is an array within 15 others, the most that a key can have: make it json');
});

test('collections that go to one place have names of their own, those of collections first', () => {
  const plans = planCollections([schema('a', array('b', records())), schema('A'), schema('a_b')], {mode: 'clean'});
  expect(plans.map(planned => Object.keys(columnsOf(planned)))).toEqual([['a', 'a_b_2'], ['a_2'], ['a_b']]);
  expect(() => planCollections([schema('a'), schema('a')], {mode: 'clean'})).toThrow('a is described twice: take one of the two out');
});

test('how many rows there will be is known from a profile of everything', () => {
  const items: Shape = {as: 'int', types: {int: 7, null: 1}};
  const counted = schema('c', array('a', items));
  const rows = (given: DocumentSchema) => planTables(given, {mode: 'clean'}).tables.map(({schema: {approximateRows}}) => approximateRows);
  expect(rows({...counted, read: 'all', documents: 3})).toEqual([3, 8]);
  expect(rows({...counted, read: 'sample', documents: 3})).toEqual([undefined, undefined]);
});

test.each(['clean', 'compat'] as const)('no collection takes the place of the table of runs: %s', mode => {
  const [planned] = planCollections([schema('qmetlstatus')], {mode});
  expect(planned!.tables[0]!.schema.table).toBe('qmetlstatus_2');
  expect(planned!.renamed[0]).toEqual({path: '', wanted: 'qmetlstatus', name: 'qmetlstatus_2', reason: 'the status of the runs keeps it for itself'});
  expect(planCollections([schema('qmetlstatus')], {mode, prefix: 'p_'})[0]!.tables[0]!.schema.table).toBe('p_qmetlstatus');
  expect(() => planTables({...schema('c'), table: 'qmetlstatus'}, {mode})).toThrow('the table cannot be called qmetlstatus: the status of the runs keeps it for itself');
});
