import {decode} from '@sluice/config';
import type {Schema} from '@sluice/core';
import {expect, test} from 'vitest';
import {copyConfig} from '../src/index.ts';
import {selectionOf} from '../src/select-tables.ts';
import {readTableFlags} from '../src/table-flags.ts';

const read = (flags: Record<string, unknown>) => readTableFlags(decode(copyConfig, {flags: {source: 'sqlite:a.db', destination: 'sqlite:b.db', ...flags}}));

test('what is said of a table comes together; what names none is said of every table', () => {
  expect(read({key: ['visits=person,day', 'people=id'], cursor: 'visits=at', columns: '-notes', rename: 'visits=visit,visits.day=date,a\\.b.c\\=d=e', where: ["visits: site IN (1, 2)", "kind = 'a,b: c'"]})).toEqual({
    visits: {key: ['person', 'day'], cursor: 'at', where: 'site IN (1, 2)', rename: 'visit', renameColumns: {day: 'date'}},
    people: {key: ['id']},
    'a\\.b': {renameColumns: {'c=d': 'e'}},
    '*': {columns: ['-notes'], where: "kind = 'a,b: c'"},
  });
});

test('a table may be called as what every object of JavaScript has', () => {
  expect(Object.entries(read({key: ['__proto__=id'], rename: 'constructor=c'}))).toEqual([['__proto__', {key: ['id']}], ['constructor', {rename: 'c'}]]);
});

test('a condition with a cast of PostgreSQL, or a colon in a text, is of every table', () => {
  for (const where of ['day::date = now()::date', "label = 'visits: x'", '"visits: x" = 1']) expect(read({where: [where]})).toEqual({'*': {where}});
});

test('what cannot be meant is refused', () => {
  for (const flags of [
    {where: ['a = 1', 'b = 2']}, {where: ['visits: a = 1', 'visits: b = 2']}, {rename: 'visits'}, {rename: 'a.b.c=d'}, {rename: '=d'}, {rename: 'a=b,a=c'}, {rename: 'a.b=b,a.b=c'},
    {key: 'id,visits=id'}, {columns: 'visits='}, {cursor: 'a,b'}, {mode: 'merge'},
  ]) expect(() => read(flags), JSON.stringify(flags)).toThrow(expect.objectContaining({code: 'SLUICE_CONFIG'}));
});

test('the selection leaves out, renames and identifies; its conditions come together, of copied tables only', () => {
  const schema: Schema = {table: 'visits', primaryKey: [], columns: ['person', 'day', 'notes'].map(name => ({name, type: 'text', nullable: true}))};
  const {transform, reads} = selectionOf(read({key: 'visits=person,day', columns: '*,-notes', rename: 'visits=visit', where: ['visits: a = 1', 'b = 2']}), {tables: ['visits']});
  expect(transform!.check!({tables: [schema, {...schema, table: 'others', columns: []}], views: [], others: []})).toEqual([]);
  expect(transform!.plan(schema)!.schema).toMatchObject({table: 'visit', primaryKey: ['person', 'day'], columns: [{name: 'person'}, {name: 'day'}]});
  expect([reads('visits'), reads('others')]).toEqual([{where: ['a = 1', 'b = 2'], keyed: true}, {where: ['b = 2']}]);
  expect(selectionOf({}).transform).toBeNull();
});
