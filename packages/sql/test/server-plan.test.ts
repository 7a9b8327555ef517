import {ErrorCode, PipelineError, type Column, type Schema} from '@sluice/core';
import {columnChanges, keyPosition, keyTexts, planEach, rangeCondition, rowsByTable, type ColumnRules} from '../src/index.ts';
import fc from 'fast-check';
import {expect, test} from 'vitest';

const column = (name: string, more: Partial<Column> = {}): Column => ({name, type: 'int', nullable: true, ...more});
const schemaOf = (columns: readonly Column[], primaryKey: readonly string[] = [], table = 't'): Schema => ({table, columns, primaryKey});
const rules: ColumnRules<{readonly column: Column}> = {
  fold: name => name.toLowerCase(), takes: (now, {column: planned}) => now.type === planned.type,
  widens: (now, {column: planned}) => now.maxLength !== undefined && (planned.maxLength ?? Infinity) > now.maxLength,
  alter: 'ALTER t', add: ({column: {name}}) => `ADD ${name}`, retype: ({name}) => `RETYPE ${name}`, drop: ({name}) => `DROP ${name}`,
};
const change = (wanted: Schema, there: Schema, by = rules) => columnChanges(wanted, wanted.columns.map(each => ({column: each})), there, by);
const add = (wanted: Schema, there: Schema, by = rules) => change(wanted, there, by).add;

test('every table that cannot be planned is told, one as it is and several together', () => {
  const catalog = {tables: ['a', 'b', 'c'].map(table => schemaOf([], table === 'b' ? ['id'] : [], table)), views: [], others: []};
  const refuse = (...tables: string[]) => ({table}: Schema) => {
    if (tables.includes(table)) throw new PipelineError(ErrorCode.SCHEMA, `table ${table} is odd`, {table});
    return table;
  };
  expect(planEach({catalog, mode: 'append'}, refuse())).toEqual(['a', 'b', 'c']);
  expect(() => planEach({catalog, mode: 'append'}, refuse('c'))).toThrow(expect.objectContaining({code: ErrorCode.SCHEMA, message: 'table c is odd'}));
  let caught: unknown;
  try {
    planEach({catalog, mode: 'upsert'}, refuse('b'));
  } catch (error) {
    caught = error;
  }
  expect(caught).toMatchObject({
    code: ErrorCode.SCHEMA, message: 'table a has no primary key to upsert by; table b is odd; table c has no primary key to upsert by',
    problems: [{path: 'a'}, {path: 'b', message: 'table b is odd'}, {path: 'c'}],
  });
  expect(() => planEach({catalog, mode: 'append'}, () => { throw new Error('a mistake'); })).toThrow('a mistake');
});

test('columns that are missing are added when they allow NULL, under the rules of the server for names', () => {
  const wanted = schemaOf([column('ID', {nullable: false}), column('note', {type: 'text'})], ['ID']);
  expect(add(wanted, schemaOf([column('id')], ['id']))).toEqual(['note']);
  expect(add(wanted, wanted)).toEqual([]);
  const exact = {...rules, fold: (name: string) => name};
  expect(() => add(wanted, schemaOf([column('id')], ['id']), exact)).toThrow('table t of the destination has no column ID, and a new one must allow NULL');
});

test('nothing is narrowed: another type, a column too many or another key is refused with its name', () => {
  const wanted = schemaOf([column('id')], ['id']);
  expect(() => add(wanted, schemaOf([column('id', {type: 'text'})], ['id']))).toThrow('has a column id of another type');
  expect(() => add(wanted, schemaOf([column('id'), column('more')], ['id']))).toThrow('has a column more that the source has not');
  expect(() => add(wanted, schemaOf([column('id')]))).toThrow('has another primary key');
});

test('columns that are narrower are made wider, and never the other way round', () => {
  const [narrow, wide, open] = [3, 9, undefined].map(maxLength => schemaOf([column('word', {type: 'text', ...(maxLength !== undefined && {maxLength})})]));
  expect(change(wide!, narrow!)).toEqual({add: [], widen: ['word']});
  expect(change(open!, wide!)).toEqual({add: [], widen: ['word']});
  expect(change(narrow!, wide!)).toEqual({add: [], widen: []});
});

test('all that would lose something is told at once, with statements a person could run', () => {
  const wanted = schemaOf([column('id'), column('must', {nullable: false}), column('note', {type: 'text'})], ['id']);
  let caught: unknown;
  try {
    add(wanted, schemaOf([column('id'), column('note'), column('more')]));
  } catch (error) {
    caught = error;
  }
  expect(caught).toMatchObject({
    code: ErrorCode.SCHEMA, context: {table: 't', column: 'must'}, remedy: 'load it with replace, or change it there: ALTER t ADD must; ALTER t RETYPE note; ALTER t DROP more',
    problems: [{path: 't.must'}, {path: 't.note', message: expect.stringMatching(/some of it may be lost; ALTER t RETYPE note$/)}, {path: 't.more', message: expect.stringContaining('what it holds is lost')}, {path: 't'}],
  });
});

test('a position gives its texts back, and is refused for a key of another size', () => {
  fc.assert(fc.property(fc.array(fc.string({unit: 'binary'}), {minLength: 1, maxLength: 4}), texts => {
    expect(keyTexts(keyPosition(texts), texts.length)).toEqual(texts);
    expect(() => keyTexts(keyPosition(texts), texts.length + 1)).toThrow('the position is one of this table');
  }), {seed: 1});
  expect(() => keyPosition(['a', null])).toThrow('a primary key holds no NULL');
});

test('a range is a condition of the sides it has', () => {
  const keys = {after: (position: string) => `k > ${position}`, until: (position: string) => `k <= ${position} OR x`};
  const [a, b] = [keyPosition(['1']), keyPosition(['2'])];
  expect(rangeCondition(keys, {after: null, until: null}, 't')).toBeNull();
  expect(rangeCondition(keys, {after: a, until: b}, 't')).toBe('(k > ["1"]) AND (k <= ["2"] OR x)');
  expect(rangeCondition(keys, {after: null, until: b}, 't')).toBe('(k <= ["2"] OR x)');
  expect(rangeCondition(null, {after: null, until: null}, 't')).toBeNull();
  expect(() => rangeCondition(null, {after: a, until: null}, 't')).toThrow('table t has no primary key: it has no ranges');
});

test('rows of a catalog are gathered by table in their order', () => {
  expect(rowsByTable([['a', 1], ['b', 2], ['a', 3]])).toEqual(new Map([['a', [['a', 1], ['a', 3]]], ['b', [['b', 2]]]]));
});
