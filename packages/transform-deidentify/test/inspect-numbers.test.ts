import {MemoryDatabase, MemorySource} from '@sluice/connector-memory';
import {checkPolicy, inspectNumbers, parsePolicy} from '@sluice/transform-deidentify';
import {describe, expect, test} from 'vitest';
import {catalogOf, never, table} from './tables.ts';

const schema = table('people', {id: 'int', a: 'int'});

/** What is said of a column that is kept, by its values. */
async function warned(values: readonly (number | null)[], rule = '{class: none, method: keep}'): Promise<readonly string[]> {
  const source = new MemorySource(new MemoryDatabase({tables: [{schema, rows: values.map((value, i) => [i, value])}]}));
  const {decisions} = checkPolicy(parsePolicy(`version: 1\ntables: {people: {columns: {id: keep, a: ${rule}}}}`), catalogOf([schema]));
  return await inspectNumbers(decisions, source, never);
}

const many = (make: (i: number) => number) => Array.from({length: 60}, (_, i) => make(i));
const securityNumbers = many(i => 100_000_000 + (i * 7_654_321) % 560_000_000 + 10_000 + i % 97 + 1);
const zipCodes = many(i => [2139, 6511, 10025, 27514, 48104, 60637, 77030, 94110][i % 8]! + Math.floor(i / 8));
const moments = many(i => 1_600_000_000 + i * 86_399);

describe('numbers that are kept as nobody’s', () => {
  test('are told where they look like identifiers', async () => {
    expect(await warned(securityNumbers)).toEqual(['people.a is kept as `class: none`, and its numbers look like social security numbers: say what it is, or give a reason']);
    expect(await warned([...zipCodes, null])).toEqual([expect.stringContaining('look like ZIP codes')]);
    expect(await warned(moments)).toEqual([expect.stringContaining('look like moments, counted from 1970')]);
    expect(await warned(moments.map(one => one * 1000 + 7))).toEqual([expect.stringContaining('look like moments')]);
  });
  test('are not told where they do not, or somebody has said why', async () => {
    expect(await warned(many(i => i + 100_000_000))).toEqual([]); // the number of a row
    expect(await warned(many(i => 20_000 + i * 500))).toEqual([]); // amounts
    expect(await warned(many(i => 1 + i * i))).toEqual([]);
    expect(await warned(zipCodes.slice(0, 10))).toEqual([]);
    expect(await warned(securityNumbers, '{class: none, method: keep, reason: numbers of lots}')).toEqual([]);
    expect(await warned(securityNumbers, 'drop')).toEqual([]);
  });
});
