import {parseSchemaFile, planCollections, planTables, printSchemaFile} from '@sluice/relational';
import type {DocumentSchema, Field, Mode, PlannedTable, RelationalPlan, Shape, ShapeNode} from '@sluice/relational';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {schemasOf} from './plan-text.ts';

// Few letters and hostile ones, so that names collide, also after their case and accents are gone, and long ones.
const name = fc.oneof(
  fc.constantFrom('_id', 'id', 'idx', 'value', '_extra', 'items', 'a', 'A', 'á', '_a', '__a', 'a_b', 'a.b', 'as', 'xmin', '', '_', '[]', '__proto__', 'c_id', 'a_idx', 'oid', 'bsontype', 'aB', 'ids'),
  fc.constantFrom('long', 'lange', 'ä').map(word => word.repeat(30)),
  fc.string({unit: 'grapheme', maxLength: 4}).filter(text => !text.includes('\0')),
);
const scalars = ['bool', 'int', 'long', 'double', 'decimal', 'string', 'date', 'objectId', 'uuid', 'binary', 'json', 'null'] as const;

const {fields} = fc.letrec<{shape: Shape; fields: Field[]}>(tie => ({
  shape: fc.oneof({maxDepth: 4, depthSize: 'small'},
    {weight: 6, arbitrary: fc.constantFrom(...scalars).map((as): Shape => ({as, types: {}}))},
    {weight: 1, arbitrary: fc.constant<Shape>({as: 'exclude', types: {}})},
    {weight: 3, arbitrary: tie('fields').map((fields): Shape => ({as: 'columns', types: {}, fields}))},
    {weight: 3, arbitrary: tie('shape').map((items): Shape => ({as: 'table', types: {}, items: items.as === 'exclude' ? {as: 'json', types: {}} : items}))}),
  fields: fc.uniqueArray(fc.tuple(name, tie('shape')), {maxLength: 6, selector: ([field]) => field}).map(all => all.map(([field, shape]) => ({name: field, ...shape}))),
}));
/** With an id, as documents have it. */
const collection = (called: string): fc.Arbitrary<DocumentSchema> => fc.tuple(fields, fc.constantFrom<Shape['as']>('objectId', 'int', 'json'))
  .map(([all, as]) => ({collection: called, fields: [{name: '_id', as, types: {}}, ...all.filter(field => field.name !== '_id' && (field.name !== 'id' || field.as !== 'exclude'))]}));
const modes = ['clean', 'compat'] as const satisfies readonly Mode[];

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
const expectDistinct = (names: readonly string[]) => {
  expect(new Set(names.map(fold)).size).toBe(names.length);
  for (const each of names) expect(Buffer.byteLength(each) <= 63 && each !== '').toBe(true);
};

/** Every column that a value goes to, as its table and position, by the value's path. */
function leaves(node: ShapeNode, table = 0, path: readonly string[] = []): [string, string][] {
  const at = (position: number, part = '') => [JSON.stringify([...path, part]), `${table}.${position}`] satisfies [string, string];
  switch (node.kind) {
    case 'scalar': return [at(node.column)];
    case 'objectIdPair': return [at(node.oid, 'oid'), at(node.bsontype, 'bsontype')];
    case 'record': return [...node.fields].flatMap(([name, inner]) => leaves(inner, table, [...path, name]));
    case 'array': return leaves(node.item, node.table, path);
  }
}
/** The names of tables and columns by the paths of values. */
const namesByPath = (plan: RelationalPlan) => leaves(plan.root).map(([path, at]) => {
  const {table, columns} = plan.tables[Number(at.split('.')[0])]!.schema;
  return [path, `${table}.${columns[Number(at.split('.')[1])]!.name}`];
});
const structure = ({rootId, indexes, overflow}: PlannedTable): number[] => [...rootId, ...indexes, ...overflow === null ? [] : [overflow]];

describe.each(modes)('%s plans', mode => {
  test('have names that are distinct, not too long and not empty, whatever the documents have', () => {
    fc.assert(fc.property(collection('as'), collection('a'), collection('as_a'), fc.constantFrom('', 'p_'), (one, two, three, prefix) => {
      const schemas = planCollections([one, two, three], {mode, prefix, caseSensitive: false}).flatMap(schemasOf);
      expectDistinct([...schemas.map(({table}) => table), ...schemas.flatMap(({indexes = []}) => indexes.map(index => index.name))]);
      for (const {columns} of schemas) expectDistinct(columns.map(column => column.name));
    }), {seed: 1, numRuns: 100});
  });

  test('have exactly one column for each value, and for structure', () => {
    fc.assert(fc.property(collection('as'), schema => {
      const plan = planTables(schema, {mode});
      const used = leaves(plan.root).map(([, at]) => at);
      for (const [i, table] of plan.tables.entries()) for (const column of structure(table)) if (i > 0 || !table.rootId.includes(column)) used.push(`${i}.${column}`);
      expect(used.sort()).toEqual(plan.tables.flatMap(({schema: {columns}}, i) => columns.map((_, column) => `${i}.${column}`)).sort());
    }), {seed: 2, numRuns: 100});
  });

  test('are the same for the same schema, also when it comes out of a file', () => {
    fc.assert(fc.property(collection('as'), schema => {
      const file = parseSchemaFile(printSchemaFile({form: 'new', collections: [schema]}), 'schema.json');
      expect(file.collections).toEqual([schema]);
      expect(planTables(file.collections[0]!, {mode})).toEqual(planTables(schema, {mode}));
    }), {seed: 3, numRuns: 100});
  });

  test('keep their names when fields and collections are added behind them', () => {
    fc.assert(fc.property(collection('as'), fields, collection('something else'), (schema, more, other) => {
      const known = new Set(schema.fields.map(field => field.name));
      const longer = {...schema, fields: [...schema.fields, ...more.filter(field => !known.has(field.name) && field.name !== '_id')]};
      const [after] = planCollections([longer, other], {mode}) as [RelationalPlan];
      expect(namesByPath(after)).toEqual(expect.arrayContaining(namesByPath(planTables(schema, {mode}))));
    }), {seed: 4, numRuns: 100});
  });
});
