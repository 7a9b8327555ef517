import {rowDigester, type RowDigester} from '@sluice/checksum';
import type {LiveTables, ReadLimits, Row} from '@sluice/core';
import type {ReceiptTable} from './receipt.ts';

/**
 * Whether each group of rows is what the receipt says: the rows come in the order in which they lie, and
 * each group gets as many of them as it had, whatever their numbers are.
 */
export async function compareGroups(
  {schema, groups, order}: ReceiptTable, live: LiveTables, limits: ReadLimits, onRows: (rows: number) => void, signal: AbortSignal,
): Promise<boolean[]> {
  const equal = groups.map(() => false);
  let group = 0;
  let inGroup = 0;
  let surplus = 0;
  let digester: RowDigester | null = null;
  for await (const {rows} of live.readPlace(schema, null, limits, signal)) {
    onRows(rows.length);
    for (let at = 0; at < rows.length;) {
      const next = groups[group];
      if (next === undefined) {
        surplus += rows.length - at;
        break;
      }
      const [wanted, digest] = next;
      const taken: readonly Row[] = rows.slice(at, at + wanted - inGroup);
      digester ??= rowDigester(schema.columns, order);
      digester.update(taken);
      at += taken.length;
      if ((inGroup += taken.length) < wanted) continue;
      equal[group++] = digester.finish().digest === digest;
      digester = null;
      inGroup = 0;
    }
  }
  // Without an order the digest is of the table as a whole, and rows beyond it make it another one.
  return order === 'any' && surplus > 0 ? equal.map(() => false) : equal;
}
