import {
  ErrorCode, must, PipelineError,
  type Catalog, type PlacedTables, type SourceIdentity,
} from '@sluice/core';
import {concluded, defaultLimits, passGates, planCopy, RunLedger, type CopyPlan, type CopyResult, type Limits, type TableState} from '@sluice/engine';
import {rowsOf, type TableBase} from './base.ts';
import {beginLoad, staleTables, tidyUnfinished, type BegunLoad} from './begin-load.ts';
import {detect, type Decision, type Detection} from './detect.ts';
import {DigestsAhead} from './digests-ahead.ts';
import {viewsOf} from './fingerprint.ts';
import {ChunkedReading} from './in-chunks.ts';
import {tellLosses} from './tell-losses.ts';
import {moveTable} from './move-table.ts';
import {tableBase, withLate} from './next-base.ts';
import {planChanges, planFull} from './plan-work.ts';
import {readBack} from './read-back.ts';
import {reconcile} from './reconcile.ts';
import {clockWarning, refuseForeign, refuseOtherSource, refuseUnknownTables} from './refusals.ts';
import type {BaseStore, RefreshJob} from './request.ts';
import {RunMemory, type Remembered} from './run-memory.ts';
import {summaryOf} from './summary.ts';
import {readUnfinished, workOf} from './unfinished.ts';

export interface RefreshResult extends CopyResult {
  /** The receipt of this run and the one before it, oldest first; empty when the run did not come to its end. */
  readonly receipts: readonly {readonly sequence: number; readonly hash: string; readonly text: string}[];
}

/** Refreshes a copy. Never throws for a condition a user can meet: the report tells it. */
export async function runRefresh(job: RefreshJob, signal: AbortSignal): Promise<RefreshResult> {
  const ledger = new RunLedger(job);
  const refresh = new Refresh(job, ledger, signal);
  const result = await concluded(ledger, () => refresh.run(), signal);
  return {...result, receipts: refresh.memory.receipts};
}

/** Carries out a full run without a store whose plan the ledger keeps account of. Throws what failed. */
export async function runPlanned(job: RefreshJob, ledger: RunLedger, signal: AbortSignal): Promise<void> {
  await new Refresh(job, ledger, signal).copy();
}

/** What a refresh would do; touches nothing. Throws as the planning does. */
export async function detectChanges(job: RefreshJob, signal: AbortSignal): Promise<{readonly plan: CopyPlan; readonly detection: Detection; readonly since: string | null}> {
  const ledger = new RunLedger(job);
  const refresh = new Refresh(job, ledger, signal);
  const detection = await refresh.detect('look');
  return {plan: ledger.plan!, detection, since: refresh.memory.base?.startedAt ?? null};
}

class Refresh {
  readonly memory: RunMemory;
  readonly #job: RefreshJob;
  readonly #ledger: RunLedger;
  readonly #signal: AbortSignal;
  readonly #limits: Limits;
  #identity: SourceIdentity | null = null;

  constructor(job: RefreshJob, ledger: RunLedger, signal: AbortSignal) {
    if (!job.destination.beginRefresh || (job.kind === 'changes' && !job.destination.openLive)) {
      throw new PipelineError(ErrorCode.CONFIG, `${job.destination.kind} cannot be refreshed, only written anew`, {remedy: 'copy to a sqlite: file'});
    }
    this.#job = job;
    this.#ledger = ledger;
    this.memory = new RunMemory(job, ledger);
    this.#signal = signal;
    this.#limits = {...defaultLimits, ...job.limits};
  }

  /** Looks at both ends: what is live, what the last run left, what the source has now. */
  async detect(purpose: 'run' | 'look' = 'run'): Promise<Detection> {
    const {source, destination, store, kind} = this.#job;
    const signal = this.#signal;
    this.#ledger.progress('plan', 0);
    const pending = await store?.pending() ?? null;
    // Hashing the file goes on while the source is asked.
    const seal = kind === 'changes' || pending !== null ? destination.sealLive!(signal) : Promise.resolve(null);
    seal.catch(() => {}); // told where it is awaited
    if (pending !== null) await this.memory.settlePending(pending, seal, purpose);
    await this.memory.load();
    const {base, remembered} = this.memory;
    this.#identity = await source.identity?.(signal) ?? null;
    if (kind === 'changes') refuseOtherSource(destination, base, this.#identity);
    let ahead: DigestsAhead | null = null;
    try {
      const plan = await planCopy(this.#job, signal, found => { ahead = this.#digestAhead(found); });
      refuseUnknownTables(this.#job, base, plan);
      if (store !== null && base === null && !remembered && !await this.#job.known?.(signal)) await refuseForeign(destination, plan, signal);
      this.#ledger.begin(plan);
      const detection = await detect({job: this.#job, plan, base, identity: this.#identity, seal, ahead, limits: this.#limits, onTable: this.#tellCompared}, signal);
      this.#ledger.warnings.push(...detection.warnings, ...clockWarning(base, this.#ledger.startedAt));
      return detection;
    } catch (error) {
      await (ahead as DigestsAhead | null)?.abandon();
      throw error;
    }
  }

  readonly #tellCompared = (done: number, tables: number, table: string): void => this.#job.progress?.({stage: 'plan', table, tablesDone: done, tables});

  /** The source compares rows while the rest is planned, if it looks as if it would be asked to. */
  #digestAhead(found: Catalog): DigestsAhead | null {
    const {kind, tool} = this.#job;
    const {base} = this.memory;
    if (kind !== 'changes' || base === null || base.tool !== tool.version) return null;
    let done = 0;
    return DigestsAhead.start(this.#job, base, found, table => this.#tellCompared(++done, base.tables.size, table), this.#signal);
  }

  async run(): Promise<void> {
    await this.#carryOut(await this.detect());
  }

  /** A copy that builds on nothing, of what the ledger has a plan of. */
  async copy(): Promise<void> {
    const plan = must(this.#ledger.plan, 'plan');
    this.#identity = await this.#job.source.identity?.(this.#signal) ?? null;
    const seal = Promise.resolve(null);
    await this.#carryOut(await detect({job: this.#job, plan, base: null, identity: this.#identity, seal, ahead: null, limits: this.#limits, onTable: this.#tellCompared}, this.#signal));
  }

  async #carryOut(detection: Detection): Promise<void> {
    const {store, progressLog} = this.#job;
    const ledger = this.#ledger;
    const signal = this.#signal;
    const plan = must(ledger.plan, 'plan');
    const {decisions, removed, drift} = detection;
    for (const reason of detection.full ?? []) this.#job.logger?.info(`${reason}: copying everything`);
    for (const found of drift?.found ?? []) ledger.warnings.push(`the file was changed by somebody else: ${found}; the new file is as the source says, the edited one is kept as the archive`);
    ledger.watch.lap('plan');

    const kept = decisions.filter(({kind}) => kind === 'unchanged' || kind === 'patched');
    const full = detection.full !== null || kept.length === 0;
    /** Nothing is different but, perhaps, tables of which that cannot be told. */
    const stays = !full && removed.length === 0 && !detection.viewsChanged && drift === null && decisions.every(({kind, untold}) => kind === 'unchanged' || untold);
    if (stays && kept.length === decisions.length) {
      await this.#leave(detection);
      await tidyUnfinished(this.#job, plan, this.memory.settled, signal);
      return;
    }

    const views = viewsOf(plan.target.views);
    const work = workOf(this.#job, this.#identity, decisions, {views, losses: plan.losses});
    const unfinished = full ? await readUnfinished(progressLog, work) : null;
    const begun = await beginLoad(this.#job, {
      plan, edited: drift !== null, kept: full ? null : kept, unfinished, work, startedAt: ledger.startedAt, elapsedMs: () => ledger.watch.elapsed() * 1000,
    }, this.#limits, signal);
    await using load = begun.load;
    try {
      await this.#build(begun, detection, {full, kept, stays});
    } catch (error) {
      // Only a connection that broke: whatever else went wrong would go wrong again, and a person who stops a run wants it gone.
      if (store === null && begun.progress?.told && load.keep && error instanceof PipelineError && error.retryable && !signal.aborted) {
        load.keep();
        ledger.warnings.push('what was copied is kept beside the tables that are live, and the next run goes on with it');
      }
      throw error;
    }
  }

  async #build({load, resumed, progress}: BegunLoad, detection: Detection, {full, kept, stays}: {readonly full: boolean; readonly kept: readonly Decision[]; readonly stays: boolean}): Promise<void> {
    const {source, transforms = [], verify = true, store, progressLog} = this.#job;
    const ledger = this.#ledger;
    const signal = this.#signal;
    const plan = must(ledger.plan, 'plan');
    const states = new Map(ledger.states.map(state => [state.table.source.table, state]));
    const {decisions, removed} = detection;
    const works = progress
      ? await planFull({source, decisions, unfinished: resumed, stale: await staleTables(this.#job, decisions, {load, resumed, progress}, this.#limits, signal), load, limits: this.#limits}, signal)
      : planChanges(source, decisions, load);
    if (works.length > 0) for (const transform of transforms) await transform.prepare?.(source, plan.catalog, signal);
    ledger.watch.lap('plan');

    const made = new Map<string, TableBase>();
    const chunked = this.#job.inChunks ? new ChunkedReading(this.#job, this.#limits, signal) : null;
    await chunked?.letGo();
    for (const [done, {decision, work: tableWork, prefix, chunksAfter}] of works.entries()) {
      const {table: {source: {table}}} = decision;
      const state = states.get(table)!;
      await ledger.timed(state, signal, async () => {
        if (prefix !== null) await progress?.reset(table, prefix);
        // What is told follows what was told before: of a table in whose midst something changes, only its end can be.
        const told = prefix === null || tableWork.how === 'anew';
        const moved = await moveTable(tableWork, {
          job: this.#job, load, limits: this.#limits, ledger, state, signal, progress: chunked ?? (told ? progress : null),
          onRows: rows => ledger.progress('copy', done, state, rows, state.table.source.approximateRows),
        });
        const chunks = chunksAfter(moved);
        made.set(table, tableBase(this.#job, decision, load, chunks, moved));
        await chunked?.letGo();
        await progress?.made({read: tableWork.table.read, chunks, placed: moved.placed, whole: moved.whole, told: told && tableWork.keyed});
      });
    }

    tellLosses(made, states, ledger, this.#job.quarantine?.place);
    if (chunked) await reconcile(chunked, {job: this.#job, ledger, limits: this.#limits, decisions, made, states, load}, signal);

    if (stays && works.every(({decision: {base, table}}) => sameRows(base!, made.get(table.source.table)!))) {
      for (const {decision} of works) decision.reasons.push('it was read again, and found equal');
      await this.#leave(detection);
      await load[Symbol.asyncDispose]();
      await progressLog.remove();
      return;
    }

    ledger.progress('finish', 0);
    const late = await load.finish(signal);
    ledger.watch.lap('finish');
    // A server that was killed may have lost what it said was committed: rows that are kept are read back even if nobody asks for it.
    if (verify || resumed) await readBack({load, works, made, states, ledger, limits: this.#limits}, signal);
    for (const [name, table] of made) made.set(name, withLate(table, late));
    ledger.late = [...late, ...kept.filter(({table}) => !made.has(table.source.table)).flatMap(({base}) => base!.late)];
    ledger.countViews(load.target.views);

    await this.#examine(load, new Map(decisions.map(({table, base}) => [table.source.table, rowsOf((made.get(table.source.table) ?? must(base, 'base')).chunks)])));
    signal.throwIfAborted();
    ledger.progress('publish', 0);
    const objects = await load.objects(signal);
    const seal = await load.seal(signal);
    for (const {base, table} of kept) if (!made.has(table.source.table)) this.#markKept(states.get(table.source.table)!, base!);
    if (store !== null || resumed) for (const decision of decisions) this.#markMade(states.get(decision.table.source.table)!, decision, full, made.get(decision.table.source.table));
    if (store !== null || resumed) ledger.refresh = summaryOf(full ? 'full' : 'incremental', this.#job, ledger.states, this.memory.base, detection, resumed);
    const conclude = store && await this.#remember(store, {made, removed: full ? 'others' : removed.map(({name}) => name), file: seal, objects, lateViews: late.filter(({table}) => table === null)});
    ledger.published = await load.publish(signal);
    await store?.adopt();
    conclude?.();
    // The log goes last: as long as it is there, the next run looks for what this one may leave.
    await load[Symbol.asyncDispose]();
    await progressLog.remove();
    ledger.watch.lap('publish');
  }

  /** Lets the gates examine what this run would leave live: its load, or what is live already. Throws RELEASE. */
  async #examine(made: PlacedTables | 'live', rows: ReadonlyMap<string, number>): Promise<void> {
    const {source, destination, gates = []} = this.#job;
    if (gates.length === 0) return;
    const {tables, catalog, target} = must(this.#ledger.plan, 'plan');
    this.#ledger.progress('examine', 0);
    await using live = made === 'live' ? await must(destination.openLive, 'openLive').call(destination, catalog, this.#signal) : null;
    const from = made === 'live' ? must(live, 'live') : made;
    await passGates(gates, {
      source, views: target.views, live: made === 'live',
      tables: tables.map(table => ({...table, rows: rows.get(table.source.table) ?? null})),
      readRows: (out, limits, signal) => from.readPlace(out, null, limits, signal),
    }, this.#signal);
    this.#ledger.watch.lap('verify');
  }

  /** What is live stays as it is, and so does what is known of it. */
  async #leave(detection: Detection): Promise<void> {
    const ledger = this.#ledger;
    const {file, objects, lateViews} = must(this.memory.base, 'base');
    const bases = detection.decisions.map(({base}) => must(base, 'base of a table'));
    await this.#examine('live', new Map(detection.decisions.map(({table}, i) => [table.source.table, rowsOf(bases[i]!.chunks)])));
    for (const [i, {reasons}] of detection.decisions.entries()) this.#markKept(ledger.states[i]!, bases[i]!, reasons);
    ledger.verification = bases.every(({verified}) => verified) ? 'passed' : 'skipped';
    ledger.views = must(ledger.plan, 'plan').target.views.map(({name}) => name);
    ledger.late = [...bases.flatMap(({late}) => late), ...lateViews];
    ledger.refresh = summaryOf('none', this.#job, ledger.states, this.memory.base, detection, null);
    const store = must(this.#job.store, 'store');
    const conclude = await this.#remember(store, {made: new Map(), removed: [], file, objects, lateViews});
    await store.adopt();
    conclude();
  }

  readonly #remember = (store: BaseStore, what: Omit<Remembered, 'identity'>): Promise<() => void> =>
    this.memory.remember(store, {...what, identity: this.#identity}, this.#limits, this.#signal);

  #markKept(state: TableState, base: TableBase, reasons: readonly string[] = []): void {
    state.status = 'ok';
    state.verified = base.verified;
    state.change = {kind: 'unchanged', reasons, rows: rowsOf(base.chunks)};
  }

  #markMade(state: TableState, {kind, reasons}: Decision, full: boolean, table: TableBase | undefined): void {
    if (!table) return;
    state.change = {kind: full ? (this.memory.base?.tables.has(state.table.source.table) ? 'rewritten' : 'new') : kind, reasons, rows: rowsOf(table.chunks)};
  }
}

/** The same rows in the same order: chunks are cut alike as long as rows and limits are. */
const sameRows = ({chunks: before}: TableBase, {chunks: now}: TableBase): boolean =>
  before.length === now.length && before.every(({rows, digest}, i) => rows === now[i]!.rows && digest === now[i]!.digest);
