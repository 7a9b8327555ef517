import type {Adjustment} from '@sluice/core';

/** What rules for losses did to the rows of a chunk. It goes when the chunk goes, so that what is told is of the rows that are there. */
export interface ChunkLosses {
  readonly adjustments: readonly Adjustment[];
  /** Rows that were set aside, and the file of the run that did it. */
  readonly aside?: {readonly rows: number; readonly place: string};
}

/** What rules did between two looks at counts that only grow. */
export function ruledSince(before: readonly Adjustment[], after: readonly Adjustment[]): readonly Adjustment[] {
  return after.filter(isRuled).flatMap(each => {
    const count = each.count - (before.find(sameAs(each))?.count ?? 0);
    return count === 0 ? [] : [{...each, count}];
  });
}

/** All that rules did to the rows of these chunks, and how many rows each file holds of those that were set aside. */
export function lossesOf(chunks: readonly {readonly losses?: ChunkLosses}[]): {readonly adjustments: readonly Adjustment[]; readonly aside: ReadonlyMap<string, number>} {
  const adjustments: Adjustment[] = [];
  const aside = new Map<string, number>();
  for (const {losses} of chunks) {
    for (const each of losses?.adjustments ?? []) {
      const at = adjustments.findIndex(sameAs(each));
      if (at < 0) adjustments.push(each);
      else adjustments[at] = {...each, count: adjustments[at]!.count + each.count};
    }
    if (losses?.aside) aside.set(losses.aside.place, (aside.get(losses.aside.place) ?? 0) + losses.aside.rows);
  }
  return {adjustments, aside};
}

/** A value that is the same, written in another way, is no loss. */
export const isRuled = ({rule}: Adjustment): boolean => rule !== undefined;

const sameAs = ({column, kind, rule}: Adjustment) => (other: Adjustment): boolean => other.column === column && other.kind === kind && other.rule === rule;
