import {ErrorCode, PipelineError, type Schema} from '@sluice/core';
import type {Dataset} from './dataset.ts';
import {isRefusedQuery} from './errors.ts';
import type {KeptReading} from './kept-reading.ts';
import type {Figures, Portal} from './portal.ts';
import {totalsQuery, type Rows} from './soql.ts';
import {unlikeFigures, unlikeText, type ColumnFigures, type Tally} from './tally.ts';

/** How the rows that are read stood at one moment. */
export interface Facts {
  readonly rows: number;
  readonly lastUpdated: string | null;
}

/** A read that came to its end. */
export interface EndedRead {
  readonly before: Facts;
  readonly range: Rows;
  readonly count: number;
  readonly tally: Tally;
  readonly kept: KeptReading | null;
  /** What was read. */
  readonly schema: Schema;
}

/** A read of which the portal says the same as what came. */
export interface ProvedRead extends Facts {
  readonly schema: Schema;
  /** Of the rows that came. */
  readonly tally: Tally;
  /** What the portal says of those columns whose figures can be compared and were to be; null where it refuses to count and sum. */
  readonly said: readonly ColumnFigures[] | null;
}

/**
 * Compares what came with what the portal counts and sums of the same rows, which are as they were before. Which text of a column is the least it
 * takes the portal's word for: whether the column holds that one is known to who looks. Throws VERIFY where something else is not the same, and as queries do.
 */
export async function proveRead(portal: Portal, {id}: Dataset, {before, range, count, tally, kept, schema}: EndedRead, signal: AbortSignal): Promise<ProvedRead> {
  const {table} = schema;
  const ask = async (figures: readonly string[]): Promise<Figures> => {
    const said = await portal.figures(id, totalsQuery(range, figures), signal);
    const after = factsOf(said, table);
    if (after.rows !== before.rows || after.lastUpdated !== before.lastUpdated) throw moved(table, before, after);
    return said;
  };
  const isAsked = tally.queries().length > 0;
  let said: readonly ColumnFigures[] | null = isAsked ? null : [];
  // The least of texts is more than every portal may want to look for.
  for (const each of tally.hasTexts ? [tally, tally.withoutTexts()] : [tally]) {
    if (said !== null) break;
    try {
      const all = new Map<string, string | null>();
      for (const figures of each.queries()) for (const [name, figure] of await ask(figures)) all.set(name, figure);
      said = each.said(all);
    } catch (error) {
      if (!isRefusedQuery(error)) throw error;
    }
  }
  // Without columns to ask for, or where the portal does not take them, the rows are still what they were.
  if (said === null || !isAsked) {
    if (isAsked) portal.warn(`data set ${id}: the portal refuses to count and sum columns: that table ${table} is whole is known by the count of its rows alone`);
    await ask([]);
  }
  const own = said === null ? [] : tally.ownBeside(said, () => true);
  // Other rows have other sums.
  const differences = count !== before.rows
    ? [`${count} rows came, and the portal counts ${before.rows}`]
    : unlikeText(own.map((mine, i) => ({name: mine.name, unlike: unlikeFigures(said![i]!, mine)})));
  if (differences.length === 0) return {...before, schema, tally, said};
  await kept?.distrust();
  throw unequal(table, differences);
}

/** The error where the data set is not as it was before; null where it is. */
export async function changed(portal: Portal, {id}: Dataset, before: Facts, range: Rows, table: string, signal: AbortSignal): Promise<PipelineError | null> {
  const after = factsOf(await portal.figures(id, totalsQuery(range), signal), table);
  return after.rows === before.rows && after.lastUpdated === before.lastUpdated ? null : moved(table, before, after);
}

const moved = (table: string, before: Facts, after: Facts) => new PipelineError(ErrorCode.VERIFY, `table ${table}: the publisher changed the data set while it was read: ${before.rows} rows before, ${after.rows} behind it`, {
  table, retryable: true, remedy: 'run again, at an hour when the publisher does not',
});

export const unequal = (table: string, differences: readonly string[]) => new PipelineError(ErrorCode.VERIFY, `table ${table}: what came is not what the portal says it has: ${differences.join('; ')}`, {
  table, retryable: true, remedy: 'run again; where it stays, totals=rows compares the rows alone: tell the portal',
});

export function factsOf(figures: Figures, table: string): Facts {
  return {rows: numberOf(figures, 'all_rows', table), lastUpdated: figures.get('last_updated') ?? null};
}

function numberOf(figures: Figures, name: string, table: string): number {
  const text = figures.get(name) ?? '';
  if (!/^\d{1,15}$/.test(text)) throw new PipelineError(ErrorCode.CONNECT, `table ${table}: the portal answers a count with what is no number`, {table, retryable: false, remedy: 'check the host in the URL'});
  return Number(text);
}
