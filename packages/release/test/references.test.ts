import type {Schema} from '@sluice/core';
import {expect, test} from 'vitest';
import {References} from '../src/references.ts';
import {jsonScalars, pathMatcher} from '../src/json-values.ts';
import {column} from './lab.ts';

const parent: Schema = {table: 'parent', columns: [column('a', 'int'), column('b')], primaryKey: ['a', 'b']};
const child: Schema = {
  table: 'child', columns: [column('id', 'int'), column('x', 'int'), column('y'), column('gone', 'int')], primaryKey: ['id'],
  foreignKeys: [
    {name: 'one', columns: ['x', 'y'], table: 'parent', referencedColumns: ['a', 'b'], onUpdate: 'NO ACTION', onDelete: 'NO ACTION'},
    {name: 'two', columns: ['gone'], table: 'elsewhere', referencedColumns: ['id'], onUpdate: 'NO ACTION', onDelete: 'NO ACTION'},
  ],
};

test('keys that are there twice and references to nothing are counted, whichever table comes first; a null refers to nothing', () => {
  const references = new References([child, parent]);
  for (const row of [[1, 1, 'a', 5], [2, 1, 'b', 6], [2, 9, 'a', 7], [3, null, 'z', null]]) references.add('child', row);
  for (const row of [[1, 'a'], [1, 'b'], [1, 'a']]) references.add('parent', row);
  expect(references.uniques()).toEqual([{table: 'child', columns: ['id'], duplicates: 1}, {table: 'parent', columns: ['a', 'b'], duplicates: 1}]);
  expect(references.references()).toEqual([
    {table: 'child', columns: ['x', 'y'], references: 'parent', referencedColumns: ['a', 'b'], orphans: 1},
    {table: 'child', columns: ['gone'], references: 'elsewhere', referencedColumns: ['id'], orphans: null},
  ]);
});

test('scalars of a document have the paths a policy calls them by', () => {
  const document = JSON.stringify({name: 'a', visits: [{date: 'b', 'odd name': 'c'}, {date: 4}], none: null, deep: {x: {y: true}}});
  expect(jsonScalars(document)!.map(({path, text}) => `${path}=${text}`).sort()).toEqual(['$.deep.x.y=true', '$.name=a', '$.visits[].date=4', '$.visits[].date=b', '$.visits[]["odd name"]=c']);
  expect(jsonScalars('{')).toBeNull();
  expect(jsonScalars(`${'['.repeat(50_000)}1${']'.repeat(50_000)}`) ?? []).toHaveLength(1);
});

test.each([
  ['$.name', '$.name', true], ['$.name', '$.names', false], ['$.visits[].date', '$.visits[].date', true], ['$.visits[*].date', '$.visits[].date', true], ['$.*', '$.name', true],
  ['$.*', '$.deep.x', false], ['$.*', '$["odd.name"]', true], ['$.deep.**', '$.deep.x.y', true], ['$.deep.**', '$.deeper', false], ['$["odd.name"]', '$["odd.name"]', true], ['$.a.b', '$.axb', false],
])('%s means %s: %s', (pattern, path, expected) => expect(pathMatcher(pattern)(path)).toBe(expected));
