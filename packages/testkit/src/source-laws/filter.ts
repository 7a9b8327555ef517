import {expect} from 'vitest';
import {expectSameRows} from '../compare.ts';
import {noKey, sequence} from '../fixtures.ts';
import {batchesOf, discovered, LIMITS, never, rowsOf} from '../reading.ts';
import type {SourceSuite} from '../source-contract.ts';

/** Each would let other rows through, or run something else, if it were put into a statement as it is. */
const NO_EXPRESSION = [
  '', ' ', '1 = 1) OR (1 = 1', ') OR (1 = 1', '(1 = 1', '1 = 1; DELETE FROM chosen', '1 = 1 -- ', '1 = 1 /* ', "1 = 1 /* ' */", "'a", '"a',
];
/** Each is told as what it is by the system itself. */
const NO_SQL = ['id = ', 'id > 3 ORDER BY id', 'id > 3 LIMIT 1', 'id > 3 UNION SELECT 1', 'no_such_column = 1', 'DELETE FROM chosen', 'no_such_function(id) = 1', 'id IN (SELECT id FROM no_such_table)'];

/** Conditions in the source's own words: they choose rows, and do nothing else. */
export function filterLaws({law}: SourceSuite): void {
  law('reads the rows that meet a condition, from any position, within its ranges', [sequence(40, 'chosen')], async (source, [fixture]) => {
    const found = await discovered(source, 'chosen');
    if (!source.checkFilter) return;
    const where = "id >= 11 AND (label <> 'row 20' OR label = ')') AND id % 2 = 0";
    const wanted = fixture!.rows.filter(([id]) => Number(id) >= 11 && Number(id) !== 20 && Number(id) % 2 === 0);
    expect(await source.checkFilter(found, where, never)).toBeNull();
    const batches = await batchesOf(source.read({...LIMITS, maxRows: 4, schema: found, after: null, where}, never));
    expectSameRows(fixture!.schema, batches.flatMap(({rows}) => rows), wanted);
    const {position} = batches[0]!;
    if (position === null) return;
    expectSameRows(fixture!.schema, await rowsOf(source.read({...LIMITS, schema: found, after: position, where}, never)), wanted.slice(4));
    if (!source.ranges) return;
    expectSameRows(fixture!.schema, await rowsOf(source.read({...LIMITS, schema: found, after: null, until: position, where}, never)), wanted.slice(0, 4));
    const digests = await source.digestRanges?.([{schema: found, where, ranges: [{after: null, until: position}, {after: position, until: null}]}], never);
    if (digests) expect(digests[0]!.map(({rows}) => rows)).toEqual([4, wanted.length - 4]);
  });

  law('reads the rows that meet a condition of a table without a key', [noKey], async (source, [fixture]) => {
    const found = await discovered(source, fixture!.schema.table);
    if (!source.checkFilter) return;
    for (const [where, rows] of [['1 = 0', []], ['1 = 1', fixture!.rows]] as const) {
      expectSameRows(fixture!.schema, await rowsOf(source.read({...LIMITS, schema: found, after: null, where}, never)), rows);
      const digests = await source.digestRanges?.([{schema: found, where, ranges: [{after: null, until: null}]}], never);
      if (digests) expect(digests[0]![0]!.rows).toBe(rows.length);
    }
  });

  law('says what is wrong with a condition, reads on afterwards, and never runs what follows one', [sequence(40, 'chosen')], async (source, [fixture]) => {
    const found = await discovered(source, 'chosen');
    if (!source.checkFilter) return;
    for (const where of NO_EXPRESSION) {
      expect(await source.checkFilter(found, where, never), where).toEqual(expect.any(String));
      await expect(rowsOf(source.read({...LIMITS, schema: found, after: null, where}, never)), where).rejects.toMatchObject({code: 'SLUICE_CONFIG'});
    }
    for (const where of NO_SQL) expect(await source.checkFilter(found, where, never), where).toEqual(expect.any(String));
    expect(await source.checkFilter(found, 'id = 1', never)).toBeNull();
    expectSameRows(fixture!.schema, await rowsOf(source.read({...LIMITS, schema: found, after: null}, never)), fixture!.rows);
  });
}
