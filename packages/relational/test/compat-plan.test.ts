import {fromOldSchema, parseOldSchema, planCollections, planTables, tableNames} from '@sluice/relational';
import type {RelationalPlan} from '@sluice/relational';
import {expect, test} from 'vitest';
import {columnsOf, indexesOf, typedColumns} from './plan-text.ts';

const old = (collection: string, schema: unknown) => fromOldSchema(collection, parseOldSchema(JSON.stringify(schema), `${collection}.json`));
const plan = (collection: string, schema: unknown, prefix = ''): RelationalPlan => planTables(old(collection, schema), {mode: 'compat', prefix});

const OID = {oid: 'STRING', bsontype: 'INT'};

const orders = {
  _id: 'INT', Customer: {_ref: OID, Name: {first: 'STRING', last: 'STRING'}}, lines: [{sku: 'STRING', qty: 'INT', tags: ['STRING'], _id: OID}], ids: [OID], __x: 'STRING', '2nd': 'INT',
  select: 'INT', Status: 'STRING',
};
const inserts = {
  _id: OID, body: 'STRING', created_at: 'TIMESTAMP', title: 'STRING', updated_at: 'TIMESTAMP', user_id: 'STRING',
  comments: [{_id: OID, body: 'STRING', slugs: ['INT'], items: [{data: 'STRING', indices: ['INT']}]}],
};
const posts2 = {_id: 'INT', comments: [{_id: OID, body: 'STRING', struct: {tests: [{nested: ['INT'], v: 'INT'}]}}]};

test('tables, columns, types and indexes are those of the superseded system', () => {
  const planned = plan('orders', orders);
  expect(typedColumns(planned)).toEqual({
    orders: ['2nd integer', 'Customer_Name_first text', 'Customer_Name_last text', 'Customer_ref_bsontype integer', 'Customer_ref_oid text', 'Status text', '_x text', 'id integer', 'select integer'],
    order_lines: ['id_bsontype integer', 'id_oid text', 'orders_id integer', 'qty integer', 'sku text', 'idx int'],
    order_line_tags: ['orders_id integer', 'tags text', 'orders_lines_idx int', 'idx int'],
    order_ids: ['bsontype integer', 'oid text', 'orders_id integer', 'idx int'],
    orders__extra: ['orders_id integer', 'path text', 'position text', 'reason text', 'value jsonb', 'text text'],
  });
  expect(Object.keys(columnsOf(planned))).toEqual(['orders', 'order_lines', 'order_line_tags', 'order_ids', 'orders__extra']);
  expect(indexesOf(planned)).toEqual([
    'ia_orders (id)', 'ic_orders (id)', 'ib_orders (id)',
    'ia_order_lines (idx, orders_id)', 'ic_order_lines (orders_id)', 'ib_order_lines (orders_id)',
    'ia_order_line_tags (idx, orders_id, orders_lines_idx)', 'ic_order_line_tags (orders_id)', 'ib_order_line_tags (orders_id, orders_lines_idx)',
    'ia_order_ids (idx, orders_id)', 'ic_order_ids (orders_id)', 'ib_order_ids (orders_id)',
    'ic_orders__extra (orders_id)',
  ]);
  expect(planned.renamed).toEqual([]);
  expect(planned.tables.map(({schema}) => schema.primaryKey)).toEqual([[], [], [], []]);
  expect(planned.tables.flatMap(({schema}) => schema.columns).every(({nullable, comment}) => nullable && comment === undefined)).toBe(true);
});

test('every type has the column that it had', () => {
  const types = plan('things', {_id: OID, i: 'INT', l: 'BIGINT', d: 'DOUBLE', s: 'STRING', b: 'BOOLEAN', t: 'TIMESTAMP', n: 'TINYINT'});
  expect(typedColumns(types)['things']).toEqual([
    'b bool', 'd float', 'i integer', 'id_bsontype integer', 'id_oid text', 'l int', 'n smallint', 's text', 't timestamp with time zone']);
});

test('where a plan says the values go, they go', () => {
  const {tables, root, idField} = plan('orders', orders);
  const nameAt = (table: number, position: number) => tables[table]!.schema.columns[position]!.name;
  expect(idField).toBe('_id');
  expect(tables.map(({rootId}, i) => rootId.map(position => nameAt(i, position)))).toEqual([['id'], ['orders_id'], ['orders_id'], ['orders_id']]);
  expect(tables.map(({indexes}, i) => indexes.map(position => nameAt(i, position)))).toEqual([[], ['idx'], ['orders_lines_idx', 'idx'], ['idx']]);
  expect(tables.map(({parent, path}) => ({parent, path}))).toEqual([{parent: null, path: []}, {parent: 0, path: ['lines']}, {parent: 1, path: ['lines', 'tags']}, {parent: 0, path: ['ids']}]);
  expect(root.fields.get('_id')).toEqual({kind: 'scalar', column: 7, type: 'int', strict: true});
  expect(root.fields.get('Customer')).toEqual({kind: 'record', fields: new Map<string, unknown>([
    ['_ref', {kind: 'objectIdPair', oid: 4, bsontype: 3}],
    ['Name', {kind: 'record', fields: new Map([['first', {kind: 'scalar', column: 1, type: 'string', strict: true}], ['last', {kind: 'scalar', column: 2, type: 'string', strict: true}]])}],
  ])});
  expect(root.fields.get('ids')).toEqual({kind: 'array', table: 3, item: {kind: 'objectIdPair', oid: 1, bsontype: 0}});
  expect(root.fields.get('lines')).toMatchObject({kind: 'array', table: 1, item: {kind: 'record'}});
});

test('tables are called after what they are in: enclosing arrays lose one s, documents and the last name stay', () => {
  expect(tableNames(plan('posts', {_id: OID, comments: [{tests: ['INT']}]}), '_')).toEqual(['posts', 'post_comments', 'post_comment_tests']);
  expect(tableNames(plan('posts2', posts2), '_')).toEqual(['posts2', 'posts2_comments', 'posts2_comment_struct_tests', 'posts2_comment_struct_test_nested']);
  expect(tableNames(plan('addresses', {_id: 'INT', details: {Items: [{address: [{class: ['INT']}]}]}}), '_'))
    .toEqual(['addresses', 'addresse_details_Items', 'addresse_details_item_address', 'addresse_details_item_addres_class']);
  expect(tableNames(plan('a_inserts', inserts), '.')).toEqual(['a_inserts', 'a_insert.comments', 'a_insert.comment.slugs', 'a_insert.comment.items', 'a_insert.comment.item.indices']);
});

test('places in enclosing arrays are called after the whole path', () => {
  expect(columnsOf(plan('posts2', posts2))['posts2_comment_struct_test_nested']).toEqual(['nested', 'posts2_id', 'posts2_comments_idx', 'posts2_comments_struct_tests_idx', 'idx']);
});

test('a prefix stands before tables and in the names of indexes', () => {
  const planned = plan('a_inserts', inserts, '9999_12_31_');
  expect(typedColumns(planned)['9999_12_31_a_inserts']).toEqual(
    ['body text', 'created_at timestamp with time zone', 'id_bsontype integer', 'id_oid text', 'title text', 'updated_at timestamp with time zone', 'user_id text']);
  expect(typedColumns(planned)['9999_12_31_a_insert_comment_slugs']).toEqual(['a_inserts_id_oid text', 'slugs integer', 'a_inserts_comments_idx int', 'idx int']);
  expect(indexesOf(planned)).toContain('ia_9999_12_31_a_insert_comment_items (a_inserts_comments_idx, a_inserts_id_oid, idx)');
  expect(columnsOf(planned)['9999_12_31_a_inserts__extra']).toEqual(['a_inserts_id_oid', 'path', 'position', 'reason', 'value', 'text']);
  expect(tableNames(planned, '_')[0]).toBe('a_inserts');
});

test('without _id the field id identifies a document', () => {
  const planned = plan('guests', {comment: 'STRING', id: 'INT', likes: ['STRING']});
  expect(planned.idField).toBe('id');
  expect(columnsOf(planned)).toMatchObject({guests: ['comment', 'id'], guest_likes: ['guests_id', 'likes', 'idx']});
});

test('_id and id together no longer make one name of two columns', () => {
  const planned = plan('guests', {id: 'INT', _id: 'INT'});
  expect(planned.idField).toBe('_id');
  expect(columnsOf(planned)['guests']).toEqual(['id', 'id_2']);
  expect(planned.root.fields.get('_id')).toMatchObject({column: 0});
  expect(planned.renamed).toEqual([{path: 'id', wanted: 'id', name: 'id_2', reason: 'another one has it'}]);
});

test('collections that do not end in s, and documents that do, are called alike everywhere', () => {
  const planned = plan('data', {_id: 'INT', details: {items: [{tags: ['STRING']}]}});
  expect(columnsOf(planned)).toMatchObject({data: ['id'], data_details_items: ['data_id', 'idx'], data_details_item_tags: ['data_id', 'tags', 'data_details_items_idx', 'idx']});
});

test('two collections whose tables would be one have two', () => {
  const comments = {_id: 'INT', comments: ['STRING']};
  const plans = planCollections([old('post', comments), old('posts', comments), old('post_comments', {_id: 'INT'})], {mode: 'compat'});
  expect(plans.map(planned => Object.keys(columnsOf(planned)))).toEqual([
    ['post', 'post_comments_2', 'post__extra'], ['posts', 'post_comments_3', 'posts__extra'], ['post_comments', 'post_comments__extra']]);
  expect(plans.map(({renamed}) => renamed.map(({path, name}) => `${path} ${name}`))).toEqual([['comments post_comments_2'], ['comments post_comments_3'], []]);
  expect(tableNames(plans[1]!, '_')).toEqual(['posts', 'post_comments_3']);
});

test('names beyond 63 bytes keep their beginning and are told', () => {
  const long = 'a'.repeat(70);
  const planned = plan('orders', {_id: 'INT', [long]: 'INT', [`${long}b`]: [{x: 'INT'}]});
  const [root] = planned.tables;
  expect(root!.schema.columns.map(({name}) => name)).toEqual([expect.stringMatching(/^a{54}_[0-9a-f]{8}$/), 'id']);
  expect(planned.tables[1]!.schema.table).toMatch(/^order_a{48}_[0-9a-f]{8}$/);
  expect(planned.renamed.map(({path, reason}) => [path, reason])).toEqual(expect.arrayContaining([[long, 'it has more than 63 bytes'], [`${long}b`, 'it has more than 63 bytes']]));
  expect(indexesOf(planned).every(text => Buffer.byteLength(text.split(' ')[0]!) <= 63)).toBe(true);
});

test('names that differ by case alone are two names, as they were, unless the target takes them for one', () => {
  const schema = old('items', {_id: 'INT', Name: 'STRING', name: 'STRING'});
  expect(columnsOf(planTables(schema, {mode: 'compat'}))['items']).toEqual(['Name', 'id', 'name']);
  expect(columnsOf(planTables(schema, {mode: 'compat', caseSensitive: false}))['items']).toEqual(['Name', 'id', 'name_2']);
});

test('columns stand in the order of code points, also beyond the first plane', () => {
  expect(columnsOf(plan('c', {_id: 'INT', '\u{1f600}': 'INT', '\uffee': 'INT', 'é': 'INT', z: 'INT'}))['c']).toEqual(['id', 'z', 'é', '\uffee', '\u{1f600}']);
});

test('arrays within arrays, which had no tables, have them', () => {
  const planned = plan('grids', {_id: 'INT', cells: [['INT']]});
  expect(columnsOf(planned)).toMatchObject({grids: ['id'], grid_cells: ['grids_id', 'idx'], grid_cell_items: ['grids_id', 'items', 'grids_cells_idx', 'idx']});
  expect(planned.tables[2]!.path).toEqual(['cells', '[]']);
  expect(planned.root.fields.get('cells')).toEqual({kind: 'array', table: 1, item: {kind: 'array', table: 2, item: {kind: 'scalar', column: 1, type: 'int', strict: true}}});
});

test('an id that is a document is the text of its JSON, and a schema without an id is refused', () => {
  const planned = plan('days', {_id: {day: 'INT', place: 'STRING'}, n: 'INT', hours: ['INT']});
  expect(columnsOf(planned)).toMatchObject({days: ['id', 'n'], day_hours: ['days_id', 'hours', 'idx']});
  expect(planned.root.fields.get('_id')).toEqual({kind: 'scalar', column: 0, type: 'json', strict: false});
  expect(planned.tables[0]!.schema.columns[0]).toMatchObject({type: 'text'});
  expect(() => plan('days', {n: 'INT'})).toThrow('days._id is missing, and rows must say to which document they belong');
});

test('of documents that an old schema identifies by id, the _id that a server adds is left out, and that is said', () => {
  const planned = plan('guests', {id: 'INT', comment: 'STRING'});
  expect(planned.idField).toBe('id');
  expect(planned.root.excluded).toEqual(new Set(['_id']));
  expect(planned.renamed).toMatchObject([{path: '_id', reason: 'the schema identifies documents by id: the _id that a server adds is left out'}]);
});

test('an empty collection, of whose ids nothing is known, has a table all the same', () => {
  const planned = planTables({collection: 'empty', read: 'all', documents: 0, fields: []}, {mode: 'compat'});
  expect(typedColumns(planned)).toMatchObject({empty: ['id text']});
});
