import {ErrorCode, PipelineError, type RefreshLoad} from '@sluice/core';
import type {Limits, RunLedger, TableState} from '@sluice/engine';
import {rowsOf, type TableBase} from './base.ts';
import type {Decision} from './detect.ts';
import {incomparable, type ChunkedReading} from './in-chunks.ts';
import {moveTable} from './move-table.ts';
import {tableBase} from './next-base.ts';
import {planFull, type TableWork} from './plan-work.ts';
import type {RefreshJob} from './request.ts';

/** A load whose tables were moved in chunks, and what is known of them. */
export interface Chunked {
  readonly job: RefreshJob;
  readonly ledger: RunLedger;
  readonly limits: Limits;
  readonly decisions: readonly Decision[];
  /** By the table's name at the source; changed in place. */
  readonly made: Map<string, TableBase>;
  readonly states: ReadonlyMap<string, TableState>;
  readonly load: RefreshLoad;
}

/** Compares what was moved in chunks with the source, and moves again what changed, until nothing does. Throws VERIFY when that comes to no end. */
export async function reconcile(chunked: ChunkedReading, {job, ledger, limits, decisions, made, states, load}: Chunked, signal: AbortSignal): Promise<void> {
  const rounds = job.inChunks?.rounds ?? 0;
  const wholes = new Map([...made].map(([name, {whole}]) => [name, whole]));
  // Moving it again would not help.
  for (const [name, {keyed, whole}] of made) if (!keyed && whole === null) throw incomparable(name);
  for (let round = 0; ; round++) {
    const tables = new Map([...made].map(([name, {chunks, placed}]) => [name, {chunks, done: true, placed, whole: wholes.get(name) ?? null}]));
    // As a run that goes on after a crash compares what it finds.
    const works = await planFull({
      source: chunked.source, decisions, unfinished: {token: load.token, startedAt: ledger.startedAt, tables, dependencies: new Map()}, stale: new Set(), load, limits,
    }, signal);
    const changed = works.filter(({work}) => work.how !== 'stay');
    ledger.watch.lap('digest');
    if (changed.length === 0) break;
    if (round === rounds) throw restless(rounds, changed);
    job.logger?.info(`round ${round + 1}: ${changed.map(nameOf).join(', ')} changed meanwhile`);
    for (const {decision, work, chunksAfter} of changed) {
      const {table} = decision.table.source;
      const state = states.get(table)!;
      // Rules that alter values count each time they do: rows that were moved again count again.
      const before = work.how === 'patch' ? state.adjustments : [];
      await ledger.timed(state, signal, async () => {
        const moved = await moveTable(work, {job, load, limits, ledger, state, signal, progress: chunked, onRows: () => {}});
        await chunked.letGo();
        made.set(table, tableBase(job, decision, load, chunksAfter(moved), moved));
        wholes.set(table, moved.whole);
      });
      state.adjustments = [...before, ...state.adjustments];
    }
  }
  for (const [name, {chunks}] of made) {
    const state = states.get(name)!;
    state.rowsRead = chunks.reduce((sum, {sourceRows}) => sum + sourceRows, 0);
    state.rowsSent = state.rowsCommitted = rowsOf(chunks);
  }
  ledger.warnings.push('the source was read in chunks, each as it was at a moment of its own; afterwards all of them were compared with it, and equal');
  ledger.oneMoment = false;
}

const nameOf = ({decision}: TableWork) => decision.table.source.table;

function restless(rounds: number, changed: readonly TableWork[]): PipelineError {
  const tables = changed.map(each => `${nameOf(each)} (${each.work.ranges.length === 1 ? 'one range' : `${each.work.ranges.length} ranges`})`).join(', ');
  return new PipelineError(ErrorCode.VERIFY, `the source changes faster than its chunks can be moved: after ${rounds} rounds these differ still: ${tables}`, {
    table: nameOf(changed[0]!), retryable: true, remedy: 'nothing was published; run again when less is written, or use --consistency snapshot',
  });
}
