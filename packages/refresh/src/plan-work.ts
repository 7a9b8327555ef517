import type {KeyRange, RangeDigest, ReadLimits, RefreshLoad, Schema, Source} from '@sluice/core';
import {placesOf, rangesOf, type Chunk} from './base.ts';
import type {Decision} from './detect.ts';
import type {Moved, Work} from './move-table.ts';
import {digestRanges, everything} from './source-digests.ts';
import type {Unfinished} from './unfinished.ts';

export interface TableWork {
  readonly decision: Decision;
  readonly work: Work;
  /** Chunks before the first that is made again, once for all: what a later run can count on when this one crashes, too. Null: all of them. */
  readonly prefix: readonly Chunk[] | null;
  /** All chunks of the table once the work is done. */
  readonly chunksAfter: (moved: Moved) => readonly Chunk[];
}

/** The source hands this table out in ranges of its key, and does not look at all rows for each. */
export const isKeyed = (source: Source, {primaryKey, seeks}: Schema): boolean => source.ranges === true && primaryKey.length > 0 && seeks !== false;

export interface FullPlan {
  readonly source: Source;
  readonly decisions: readonly Decision[];
  readonly unfinished: Unfinished | null;
  /** Tables of it whose values came from what is another by now. */
  readonly stale: ReadonlySet<string>;
  readonly load: RefreshLoad;
  readonly limits: ReadLimits;
}

/** The rest of an unfinished run, or everything: what a full run moves. What was done is compared with what the source has now. */
export async function planFull({source, decisions, unfinished, stale, load, limits}: FullPlan, signal: AbortSignal): Promise<readonly TableWork[]> {
  const begun = unfinished === null ? [] : decisions.filter(({table: {source: {table}}}) => unfinished.tables.has(table) && !stale.has(table));
  const found = await digestRanges(source, begun.map(({table: {source: {table}, read}}) => ({
    schema: read, ranges: isKeyed(source, read) ? rangesOf(unfinished!.tables.get(table)!.chunks) : [everything],
  })), limits, signal);
  const digests = new Map(begun.map((decision, i) => [decision, found[i]!]));
  return decisions.map(decision => {
    const {table: {source: {table}, out, read}} = decision;
    const now = digests.get(decision);
    const keyed = isKeyed(source, read);
    if (!now) return anew(decision, keyed);
    const {chunks, done, placed, whole} = unfinished!.tables.get(table)!;
    const changed = placed && keyed ? differing(chunks, now) : new Set<number>();
    const same = placed && keyed ? changed.size === 0 : whole !== null && now[0]!.digest === whole;
    // What told its rows apart goes before they go live: a crash then leaves rows that nobody can compare.
    const isTold = placed === (load.placed?.(out) ?? placed);
    if (!isTold) return {...anew(decision, keyed), prefix: []};
    if (done && same) return {...patch(decision, chunks, changed, false, keyed), work: {table: decision.table, how: 'stay', retain: null, remove: [], ranges: [], before: [], keyed, stays: {placed, whole}}};
    // What the crashed run had brought to its end may have constraints by now that cannot be proved for a part of the rows.
    return placed && keyed && load.patchable(out) ? patch(decision, chunks, changed, !done, keyed) : {...anew(decision, keyed), prefix: []};
  });
}

/** What an update moves: tables made anew, and the ranges of others that changed. */
export function planChanges(source: Source, decisions: readonly Decision[], load: RefreshLoad): readonly TableWork[] {
  return decisions.flatMap((decision): TableWork[] => {
    const {base, changed, table} = decision;
    const keyed = isKeyed(source, table.read);
    // While it was made it could be patched; what it got at the end, a check of all rows, may keep that from being so.
    if (decision.kind === 'patched' && !load.patchable(table.out)) decision.kind = 'rewritten';
    switch (decision.kind) {
      case 'unchanged': return [];
      case 'patched': return [patch(decision, base!.chunks, new Set(changed), false, keyed)];
      default: return [anew(decision, keyed)];
    }
  });
}

function differing(chunks: readonly Chunk[], now: readonly RangeDigest[]): Set<number> {
  return new Set(chunks.flatMap(({sourceDigest, sourceRows}, i) =>
    sourceDigest !== null && now[i]!.digest === sourceDigest && now[i]!.rows === sourceRows ? [] : [i]));
}

function anew(decision: Decision, keyed: boolean): TableWork {
  return {
    decision, prefix: null, chunksAfter: ({pieces}) => pieces.flat(),
    work: {table: decision.table, how: 'anew', retain: null, remove: [], ranges: [everything], before: [0], keyed},
  };
}

/**
 * Takes out the chunks that differ and reads their ranges again, neighbours as one. `open`: the table
 * was never read to its end, so what follows the last chunk is read, too.
 */
function patch(decision: Decision, chunks: readonly Chunk[], changed: ReadonlySet<number>, open: boolean, keyed: boolean): TableWork {
  const ranges: KeyRange[] = [];
  const before: number[] = [];
  let stays = 0;
  const begins = new Map<number, number>(); // chunk -> the range that begins with it
  for (const [i, range] of rangesOf(chunks).entries()) {
    const {rows, losses} = chunks[i]!;
    if (!changed.has(i)) stays += rows + (losses?.aside?.rows ?? 0);
    else if (changed.has(i - 1)) ranges.push({...ranges.pop()!, until: range.until});
    else {
      begins.set(i, ranges.push(range) - 1);
      before.push(stays);
    }
  }
  if (open) {
    if (changed.has(chunks.length - 1)) ranges.push({...ranges.pop()!, until: null});
    else {
      begins.set(chunks.length, ranges.push({after: chunks.at(-1)?.until ?? null, until: null}) - 1);
      before.push(stays);
    }
  }
  const first = Math.min(...changed);
  return {
    decision,
    prefix: changed.size === 0 ? null : chunks.slice(0, first),
    work: {table: decision.table, how: 'patch', retain: placesOf(chunks), remove: placesOf(chunks.filter((_, i) => changed.has(i))), ranges, before, keyed},
    chunksAfter: ({pieces}) => [...chunks, null].flatMap((chunk, i) => [
      ...begins.has(i) ? pieces[begins.get(i)!]! : [],
      ...chunk !== null && !changed.has(i) ? [chunk] : [],
    ]),
  };
}
