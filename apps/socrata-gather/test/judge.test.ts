import type {RowFigures} from '@sluice/connector-socrata';
import {describe, expect, test} from 'vitest';
import {judge} from '../src/gather/judge.ts';
import type {Proof} from '../src/gather/prove.ts';

const topic = {table: 'pets', filter: "species = 'Cat'"};
const before = {rowsPublished: 5, changedAt: '2026-01-05T12:01:00.000Z'};
function proof(rows: number, published: Partial<RowFigures> | null, sums: readonly [string, string] = ['7', '7']): Proof {
  const columns = [{published: {name: 'fee', count: 5, sum: sums[0]}, own: {name: 'fee', count: 5, sum: sums[1]}, unlike: sums[0] === sums[1] ? [] : ['sum']}];
  return {
    table: {schema: {table: 'pets', columns: [], primaryKey: []}, rows, digest: ''}, published: published && {rows: 5, lastUpdated: before.changedAt, columns: columns.map(each => each.published), ...published}, columns,
    identity: {id: 'x', traits: {}}, label: 'x', snapshot: null,
  };
}

describe('a table that is compared with what the portal says', () => {
  test('is fine when it is the same, also where the portal sums nothing', () => {
    expect(judge(topic, {mode: 'full'}, before, proof(5, {}))).toBeNull();
    expect(judge(topic, {mode: 'full'}, before, {...proof(5, {columns: null}), columns: []})).toMatch(/the rows alone were compared/);
  });

  test.each([
    ['has another sum', proof(5, {}, ['7', '8']), /not what the portal says it has: fee: sum$/], ['lacks a row', proof(4, {}), /4 rows, and the portal counts 5$/],
  ])('is refused when it %s and nothing was published meanwhile, with a filter as without', (_, found, says) => {
    expect(() => judge(topic, {mode: 'incremental'}, before, found)).toThrow(says);
    expect(() => judge({table: 'pets'}, {mode: 'full'}, before, found)).toThrow(says);
  });

  test('is left to the next run when the publisher changed something meanwhile, or while it was asked', () => {
    expect(judge(topic, {mode: 'full'}, before, proof(5, {lastUpdated: '2026-01-05T12:02:00.000Z'}, ['7', '8']))).toMatch(/changed the data set meanwhile, and the next run sees to it/);
    expect(judge(topic, {mode: 'full'}, before, proof(5, {rows: 6}))).toMatch(/5 rows, and the portal counts 6.*meanwhile/);
    expect(judge(topic, {mode: 'full'}, before, proof(5, null))).toMatch(/changed the data set while it was counted/);
  });

  test('may have rows that are not published any more where deletions are not looked for, and not where everything was read', () => {
    expect(judge(topic, {mode: 'incremental'}, before, proof(7, {}, ['7', '9']))).toBe('2 rows of the table are not published any more, or do not meet the filter: --deletions takes them away');
    expect(() => judge(topic, {mode: 'deletions'}, before, proof(7, {}))).toThrow(/7 rows, and the portal counts 5/);
  });
});
