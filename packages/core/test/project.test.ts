import {expect, test} from 'vitest';
import {projectSchema, type Schema} from '@sluice/core';

const schema: Schema = {
  table: 'people', primaryKey: ['id'], order: 'key',
  columns: [
    {name: 'id', type: 'int', nullable: false}, {name: 'name', type: 'text', nullable: true}, {name: 'home', type: 'int', nullable: true},
  ],
  indexes: [
    {name: 'by_name', unique: false, parts: [{column: 'name'}, {column: 'id'}]},
    {name: 'by_home', unique: false, parts: [{column: 'home', descending: true}]},
  ],
  foreignKeys: [{name: 'lives', columns: ['home'], table: 'homes', referencedColumns: ['id'], onUpdate: 'CASCADE', onDelete: 'SET NULL'}],
};
const [id, name, home] = schema.columns as [Schema['columns'][0], Schema['columns'][0], Schema['columns'][0]];

test('a dropped column takes its indexes and keys along, and they are listed', () => {
  const {schema: out, omissions} = projectSchema(schema, [id, null, null]);
  expect(out.columns).toEqual([id]);
  expect(out).toMatchObject({primaryKey: ['id'], order: 'key', indexes: [], foreignKeys: []});
  expect(omissions.map(omission => [omission.kind, omission.name])).toEqual([['index', 'by_name'], ['index', 'by_home'], ['foreign key', 'lives']]);
});

test('keys, indexes and foreign keys follow a rename', () => {
  const {schema: out, omissions} = projectSchema(schema, [{...id, name: 'person'}, name, {...home, name: 'house'}]);
  expect(out.primaryKey).toEqual(['person']);
  expect(out.indexes?.map(({parts}) => parts.map(({column}) => column))).toEqual([['name', 'person'], ['house']]);
  expect(out.indexes?.[1]?.parts[0]?.descending).toBe(true);
  expect(out.foreignKeys?.[0]?.columns).toEqual(['house']);
  expect(omissions).toEqual([]);
});

test('without a column of its key a table has no key and promises no order', () => {
  const {schema: out, omissions} = projectSchema(schema, [null, name, home]);
  expect(out.primaryKey).toEqual([]);
  expect(out.order).toBeUndefined();
  expect(omissions.map(({kind}) => kind)).toContain('unique');
});

test('new columns come last', () => {
  const age = {name: 'age', type: 'int', nullable: true} as const;
  expect(projectSchema(schema, [id, name, home], [age]).schema.columns).toEqual([id, name, home, age]);
});
