import {expect, test} from 'vitest';
import type {Schema} from '@sluice/core';
import {takenBack} from '../src/index.ts';

const table = (name: string, ...parents: string[]): {readonly target: string; readonly schema: Schema} => ({
  target: name,
  schema: {table: name, columns: [], primaryKey: [], foreignKeys: parents.map(parent => ({name: `fk_${parent}`, columns: ['x'], table: parent, referencedColumns: ['id'], onUpdate: 'NO ACTION', onDelete: 'NO ACTION'}))},
});

test.each([
  ['all of them where none has a row, in circles too', [], ['grandchild', 'child', 'parent', 'ring', 'circle']],
  ['none that one with rows refers to, at whatever distance', ['grandchild'], ['ring', 'circle']],
  ['a child whose parent has rows', ['parent'], ['grandchild', 'child', 'ring', 'circle']],
])('what is taken back: %s', async (_, full, going) => {
  const made = [table('grandchild', 'child'), table('child', 'parent', 'elsewhere'), table('parent'), table('ring', 'circle'), table('circle', 'ring')];
  const asked: string[] = [];
  const taken = await takenBack(made, async ({target}) => (asked.push(target), !full.includes(target)));
  expect(taken.map(({target}) => target)).toEqual(going);
  expect(asked).toHaveLength(made.length);
});
