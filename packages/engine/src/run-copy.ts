import {ErrorCode, must, PipelineError, type Load, type LoadRequest, type RunReport, type Source} from '@sluice/core';
import type {TableDigest} from '@sluice/checksum';
import {verifyRawReadBack, verifyReadBack} from '@sluice/verify';
import {signalForMany, workThrough} from './all-or-stop.ts';
import {copyTables} from './copy-tables.ts';
import {RunLedger, type TableState} from './ledger.ts';
import {keepsStamps} from './course.ts';
import {isConfined} from './from-before.ts';
import {knownSource} from './kept-position.ts';
import {passGates, refuseLateGates} from './pass-gates.ts';
import {planCopy, type CopyPlan} from './plan.ts';
import {defaultLimits, writeMode, type CopyRequest, type Limits} from './request.ts';
import {pacedSource} from './pace.ts';
import {refuseRules} from './refuse-rules.ts';
import {setAsideWarnings} from './set-aside.ts';
import {settleCursors, unsettledWarning} from './settle-cursors.ts';
import {filteredSource} from './table-reads.ts';

export interface CopyResult {
  readonly report: RunReport;
  /** What stopped the run, for `--verbose`; absent when nothing did. */
  readonly cause?: unknown;
}

/**
 * Copies tables: plans, loads beside what is live, finishes, reads everything back, publishes at
 * once. Never throws for a condition a user can meet: the report tells it, with true counts.
 */
export async function runCopy(request: CopyRequest, signal: AbortSignal): Promise<CopyResult> {
  const ledger = new RunLedger(request);
  return await concluded(ledger, () => copy(request, {...defaultLimits, ...request.limits}, ledger, signal), signal);
}

/** Runs, and tells what became of it. */
export async function concluded(ledger: RunLedger, run: () => Promise<void>, signal: AbortSignal): Promise<CopyResult> {
  let cause: unknown;
  try {
    await run();
  } catch (error) {
    cause = error;
  }
  const interrupted = cause !== undefined && signal.aborted;
  return {report: ledger.report(cause, interrupted), ...(cause !== undefined && !interrupted && {cause})};
}

const slowed = (source: Source, {maxRowsPerSecond}: Limits): Source => maxRowsPerSecond === undefined ? source : pacedSource(source, maxRowsPerSecond);

async function copy(given: CopyRequest, limits: Limits, ledger: RunLedger, signal: AbortSignal): Promise<void> {
  const request = {...given, source: slowed(given.reads ? filteredSource(given.source, given.reads) : given.source, limits)};
  const {source, destination, transforms = [], gates = [], mode = 'replace', verify = true} = request;
  refuseLateGates(gates, mode);
  ledger.progress('plan', 0);
  const plan = await planCopy(request, signal);
  refuseWithoutPlace(plan, request);
  ledger.begin(plan);
  refuseRules(plan, transforms);
  if (await request.way?.({request, plan, ledger, limits}, signal)) return;
  const bounds = await settleCursors(source, plan.tables, signal);
  const unsettled = unsettledWarning(bounds);
  if (unsettled !== null) ledger.warnings.push(unsettled);
  const matters = isConfined(transforms) ? mode !== 'replace' : mode === 'append' && plan.tables.some(({out}) => out.primaryKey.length === 0);
  const before = matters ? new Set((await destination.contents?.(signal) ?? []).map(({name}) => name)) : null;
  await using crew = await openReaders(source, plan.readers, signal);
  for (const transform of transforms) await transform.prepare?.(source, plan.catalog, signal);
  await using load = await destination.begin(loadRequest(plan, request), signal);
  ledger.watch.lap('plan');

  const readers = load.concurrent ? crew.readers : [source];
  const known = keepsStamps(plan.tables, mode, request) ? await knownSource(source, signal) : source;
  const written = await copyTables({request: {...request, source: known}, plan, load, limits}, readers, {bounds, before}, ledger, signal);
  // What they hold of the source is let go at once: the rest may take as long again.
  await crew[Symbol.asyncDispose]();
  ledger.warnings.push(...setAsideWarnings(ledger.states, mode));
  ledger.progress('finish', 0);
  ledger.late = await load.finish(signal);
  ledger.countViews(load.target.views);
  ledger.watch.lap('finish');
  if (verify && plan.beside) await readBack(load, written, readers.length, limits, ledger, signal);
  if (gates.length > 0) {
    ledger.progress('examine', 0);
    const tables = ledger.states.map(({table, rowsCommitted}) => ({...table, rows: rowsCommitted}));
    await passGates(gates, {source, tables, views: load.target.views, live: false, readRows: (out, bounds, stop) => load.readBack(out, bounds, stop)}, signal);
    ledger.watch.lap('verify');
  }
  signal.throwIfAborted();
  ledger.progress('publish', 0);
  ledger.published = await load.publish(signal);
  ledger.watch.lap('publish');
}

/** The source, and others beside it that read from its snapshot. Throws as `Source.fork`. */
async function openReaders(source: Source, count: number, signal: AbortSignal): Promise<{readonly readers: readonly Source[]} & AsyncDisposable> {
  const forks = count > 1 ? await must(source.fork, 'a source with more readers').call(source, count - 1, signalForMany(signal)) : [];
  const open = [...forks];
  return {
    readers: [source, ...forks],
    async [Symbol.asyncDispose]() {
      for (const fork of open.splice(0)) await fork[Symbol.asyncDispose]();
    },
  };
}

function loadRequest({catalog, mode, beside, alone, losses}: CopyPlan, {retain, leaves}: CopyRequest): LoadRequest {
  return {
    catalog, alone, mode: writeMode(mode), losses: losses.rules, ...(leaves && {leaves}),
    ...(beside && mode !== 'replace' && mode !== 'mirror' && {beside: true as const}),
    ...(mode === 'snapshot' && retain && {retain}),
  };
}

/** Throws CONFIG when a rule sets rows aside, and nobody keeps them. */
function refuseWithoutPlace({losses: {rules}}: CopyPlan, {quarantine}: CopyRequest): void {
  if (quarantine || !Array.from(rules.values(), table => [...table.values()]).flat().includes('quarantine')) return;
  throw new PipelineError(ErrorCode.CONFIG, 'a rule for losses sets rows aside, and there is no place for them', {remedy: 'name one, or choose another rule'});
}

/** As many tables at a time as there were readers. */
async function readBack(load: Load, written: ReadonlyMap<TableState, TableDigest>, readers: number, limits: Limits, ledger: RunLedger, signal: AbortSignal): Promise<void> {
  ledger.verification = 'failed';
  const several = readers > 1;
  const all = several ? ledger.states.reduce((sum, {rowsCommitted}) => sum + rowsCommitted, 0) : 0;
  let done = 0;
  let seen = 0;
  await workThrough(ledger.states, Array.from({length: readers}), async (state, _, stop) => {
    const watch = several ? ledger.watch.beside() : ledger.watch;
    let rows = 0;
    await ledger.timed(state, stop, async () => {
      const told = (more: number) => several
        ? ledger.progress('verify', done, undefined, seen += more, all) : ledger.progress('verify', done, state, rows += more, state.rowsCommitted);
      const {rawFormat, table: {out}} = state;
      const {digest} = rawFormat === undefined
        ? await verifyReadBack(load, out, written.get(state)!, limits, stop, told)
        : await verifyRawReadBack(load, out, rawFormat, written.get(state)!, stop, told);
      state.verified = true;
      state.digest = digest;
    });
    done++;
    watch.lap('verify');
  }, signal);
  if (several) ledger.watch.skip();
  ledger.verification = 'passed';
}
