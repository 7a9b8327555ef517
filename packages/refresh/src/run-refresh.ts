import {
  ErrorCode, must, PipelineError,
  type Catalog, type FileSeal, type Omission, type PlacedTables, type RefreshLoad, type SourceIdentity, type StoredObject,
} from '@sluice/core';
import {concluded, defaultLimits, passGates, planCopy, RunLedger, type CopyPlan, type CopyResult, type Limits, type TableState} from '@sluice/engine';
import {decodeBase, decodeHead, encodeHead, encodeTable, rowsOf, type Base, type TableBase} from './base.ts';
import {dependenciesOf, digestDependencies} from './dependencies.ts';
import {detect, type Decision, type Detection} from './detect.ts';
import {DigestsAhead} from './digests-ahead.ts';
import {viewsOf} from './fingerprint.ts';
import {moveTable} from './move-table.ts';
import {receiptOf} from './receipt-of.ts';
import {tableBase, withDependencies, withLate} from './next-base.ts';
import {isKeyed, planChanges, planFull} from './plan-work.ts';
import {Progress} from './progress.ts';
import {readBack} from './read-back.ts';
import {clockWarning, refuseForeign, refuseOtherSource, refuseUnknownTables} from './refusals.ts';
import type {BaseStore, RefreshJob} from './request.ts';
import {summaryOf} from './summary.ts';
import {beginUnfinished, readUnfinished, workOf, type Unfinished} from './unfinished.ts';

export interface RefreshResult extends CopyResult {
  /** The receipt of this run and the one before it, oldest first; empty when the run did not come to its end. */
  readonly receipts: readonly {readonly sequence: number; readonly hash: string; readonly text: string}[];
}

/** Refreshes a copy. Never throws for a condition a user can meet: the report tells it. */
export async function runRefresh(job: RefreshJob, signal: AbortSignal): Promise<RefreshResult> {
  const ledger = new RunLedger(job);
  const refresh = new Refresh(job, ledger, signal);
  const result = await concluded(ledger, () => refresh.run(), signal);
  return {...result, receipts: refresh.receipts};
}

/** What a refresh would do; touches nothing. Throws as the planning does. */
export async function detectChanges(job: RefreshJob, signal: AbortSignal): Promise<{readonly plan: CopyPlan; readonly detection: Detection; readonly since: string | null}> {
  const ledger = new RunLedger(job);
  const refresh = new Refresh(job, ledger, signal);
  const detection = await refresh.detect('look');
  return {plan: ledger.plan!, detection, since: refresh.base?.startedAt ?? null};
}

/** What an update is in the progress log: it cannot be gone on with, but it can be told that it crashed. */
const CHANGES = 'changes';

class Refresh {
  base: Base | null = null;
  receipts: RefreshResult['receipts'] = [];
  readonly #job: RefreshJob;
  readonly #ledger: RunLedger;
  readonly #signal: AbortSignal;
  readonly #limits: Limits;
  #identity: SourceIdentity | null = null;
  /** The last run died, but had gone through. */
  #settled = false;
  /** There is a record of an earlier run, be it one that cannot be read. */
  #remembered = false;

  constructor(job: RefreshJob, ledger: RunLedger, signal: AbortSignal) {
    if (!job.destination.beginRefresh || (job.kind === 'changes' && !job.destination.openLive)) {
      throw new PipelineError(ErrorCode.CONFIG, `${job.destination.kind} cannot be refreshed, only written anew`, {remedy: 'copy to a sqlite: file'});
    }
    this.#job = job;
    this.#ledger = ledger;
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
    if (pending !== null) await this.#settlePending(pending, seal, purpose);
    this.base = await this.#loadBase();
    this.#identity = await source.identity?.(signal) ?? null;
    if (kind === 'changes') refuseOtherSource(destination, this.base, this.#identity);
    let ahead: DigestsAhead | null = null;
    try {
      const plan = await planCopy(this.#job, signal, found => { ahead = this.#digestAhead(found); });
      refuseUnknownTables(this.#job, this.base, plan);
      if (store !== null && this.base === null && !this.#remembered && !await this.#job.known?.(signal)) await refuseForeign(destination, plan, signal);
      this.#ledger.begin(plan);
      const detection = await detect({job: this.#job, plan, base: this.base, identity: this.#identity, seal, ahead, limits: this.#limits, onTable: this.#tellCompared}, signal);
      this.#ledger.warnings.push(...detection.warnings, ...clockWarning(this.base, this.#ledger.startedAt));
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
    if (kind !== 'changes' || this.base === null || this.base.tool !== tool.version) return null;
    let done = 0;
    return DigestsAhead.start(this.#job, this.base, found, table => this.#tellCompared(++done, this.base!.tables.size, table), this.#signal);
  }

  async run(): Promise<void> {
    const {source, transforms = [], verify = true, store, progressLog} = this.#job;
    const ledger = this.#ledger;
    const signal = this.#signal;
    const detection = await this.detect();
    const plan = must(ledger.plan, 'plan');
    const {decisions, removed, drift} = detection;
    for (const reason of detection.full ?? []) this.#job.logger?.info(`${reason}: copying everything`);
    for (const found of drift?.found ?? []) ledger.warnings.push(`the file was changed by somebody else: ${found}; the new file is as the source says, the edited one is kept as the archive`);
    ledger.watch.lap('plan');

    const kept = decisions.filter(({kind}) => kind === 'unchanged' || kind === 'patched');
    const full = detection.full !== null || kept.length === 0;
    const states = new Map(ledger.states.map(state => [state.table.source.table, state]));
    /** Nothing is different but, perhaps, tables of which that cannot be told. */
    const stays = !full && removed.length === 0 && !detection.viewsChanged && drift === null && decisions.every(({kind, untold}) => kind === 'unchanged' || untold);
    if (stays && kept.length === decisions.length) {
      await this.#leave(detection);
      await this.#tidy(plan);
      return;
    }

    const views = viewsOf(plan.target.views);
    const work = workOf(this.#job.tool.version, this.#identity, decisions, views);
    const unfinished = full ? await readUnfinished(progressLog, work) : null;
    const {load, resumed, progress} = await this.#begin(plan, detection, full, kept, unfinished, work);
    await using _load = load;
    const works = progress
      ? await planFull({source, decisions, unfinished: resumed, stale: await this.#noteDependencies(decisions, resumed, progress), load, limits: this.#limits}, signal)
      : planChanges(source, decisions, load);
    if (works.length > 0) for (const transform of transforms) await transform.prepare?.(source, plan.catalog, signal);
    ledger.watch.lap('plan');

    const made = new Map<string, TableBase>();
    for (const [done, {decision, work: tableWork, prefix, chunksAfter}] of works.entries()) {
      const {table: {source: {table}}} = decision;
      const state = states.get(table)!;
      await ledger.timed(state, signal, async () => {
        if (prefix !== null) await progress?.reset(table, prefix);
        // What is told follows what was told before: of a table in whose midst something changes, only its end can be.
        const told = prefix === null || tableWork.how === 'anew';
        const moved = await moveTable(tableWork, {
          job: this.#job, load, limits: this.#limits, ledger, state, signal, progress: told ? progress : null,
          onRows: rows => ledger.progress('copy', done, state, rows, state.table.source.approximateRows),
        });
        const chunks = chunksAfter(moved);
        made.set(table, tableBase(this.#job, decision, load, chunks, moved));
        await progress?.made({read: tableWork.table.read, chunks, placed: moved.placed, whole: moved.whole, told: told && tableWork.keyed});
      });
    }

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
    if (verify) await readBack({load, works, made, states, ledger, limits: this.#limits}, signal);
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
    if (store !== null || resumed) ledger.refresh = summaryOf(full ? 'full' : 'incremental', this.#job, ledger.states, this.base, detection, resumed);
    const conclude = store && await this.#remember(store, made, full ? 'others' : removed.map(({name}) => name), seal, objects, late.filter(({table}) => table === null));
    ledger.published = await load.publish(signal);
    await store?.adopt();
    conclude?.();
    // The log goes last: as long as it is there, the next run looks for what this one may leave.
    await load[Symbol.asyncDispose]();
    await progressLog.remove();
    ledger.watch.lap('publish');
  }

  /** A run that died around its last step: what is live says whether it had gone through. */
  async #settlePending(pending: string, seal: Promise<FileSeal | null>, purpose: 'run' | 'look'): Promise<void> {
    const store = must(this.#job.store, 'store');
    const live = await seal;
    let file: FileSeal | null = null;
    try {
      ({file} = decodeHead(pending));
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
    }
    if (live !== null && file?.sha256 === live.sha256) {
      await store.adopt();
      this.#settled = true;
    }
    // Who only looks holds no lock: a run that is about to go live may need it in a moment.
    else if (purpose === 'run') await store.dropPending();
  }

  async #loadBase(): Promise<Base | null> {
    const stored = await this.#job.store?.load() ?? null;
    if (stored === null) return null;
    this.#remembered = true;
    try {
      return decodeBase(stored);
    } catch (error) {
      // A full run needs nothing of it.
      if (this.#job.kind === 'changes' || !(error instanceof PipelineError)) throw error;
      this.#ledger.warnings.push(`${error.message}; this run begins a new record`);
      return null;
    }
  }

  /** The load, on from where a crashed one was if that can be. */
  async #begin(plan: CopyPlan, {drift}: Detection, full: boolean, kept: readonly Decision[], unfinished: Unfinished | null, work: string): Promise<{readonly load: RefreshLoad; readonly resumed: Unfinished | null; readonly progress: Progress | null}> {
    const {source, destination, progressLog, logger, store, beside} = this.#job;
    const {catalog, alone} = plan;
    // A table of which a crash costs less than what lies between two commits anyway is worth no place of its own.
    const places = store === null ? new Set(plan.tables.filter(({source: {approximateRows = Infinity}, read}) => isKeyed(source, read) && approximateRows >= this.#limits.commitRows).map(({out}) => out.table)) : null;
    const begin = (from: 'nothing' | 'live' | {readonly resume: string}, keep: ReadonlySet<string>) => destination.beginRefresh!({
      catalog, from, keep, unsealed: drift !== null, ...(places && {places}), ...(beside && !alone && {beside}),
    }, this.#signal);
    const progressOf = ({token}: RefreshLoad) => new Progress(this.#job, this.#limits, {work, token, startedAt: this.#ledger.startedAt}, () => this.#ledger.watch.elapsed() * 1000, this.#signal);
    if (!full) {
      const load = must(await begin('live', new Set(kept.map(({table}) => table.out.table))), 'load');
      await progressLog.remove();
      await beginUnfinished(progressLog, {work: CHANGES, token: load.token, startedAt: this.#ledger.startedAt});
      return {load, resumed: null, progress: null};
    }
    if (unfinished !== null) {
      const outs = plan.tables.filter(({source}) => unfinished.tables.has(source.table)).map(({out}) => out.table);
      const load = await begin({resume: unfinished.token}, new Set(outs));
      if (load !== null) {
        logger?.info(`going on with the run of ${unfinished.startedAt}, which did not come to its end: ${outs.length} tables are begun or done`);
        const progress = progressOf(load);
        progress.goOn();
        return {load, resumed: unfinished, progress};
      }
      logger?.info(`what the run of ${unfinished.startedAt} had begun is gone from the destination, or of no use: beginning anew`);
    }
    await progressLog.remove();
    const load = must(await begin('nothing', new Set()), 'load');
    const progress = progressOf(load);
    await progress.begin();
    return {load, resumed: null, progress};
  }

  /** Tables that a crashed run made of what other tables held then, and do not hold now, or by rules of which nobody can tell whether they are the same: they begin anew. */
  async #noteDependencies(decisions: readonly Decision[], resumed: Unfinished | null, progress: Progress): Promise<ReadonlySet<string>> {
    const {transforms = []} = this.#job;
    const digests = () => digestDependencies(this.#job, decisions.map(({table}) => table), this.#limits, this.#signal);
    if (resumed === null) {
      await progress.dependencies(digests);
      return new Set();
    }
    const now = await digests();
    const stale = decisions.filter(({rules, table: {source: {table}, read}}) =>
      resumed.tables.has(table) && (rules === null || dependenciesOf(read, transforms).some(({id}) => resumed.dependencies.get(id) !== now.get(id))));
    // First what no longer counts, then what counts from now on: a crash in between repeats the former.
    for (const {table: {source: {table}}} of stale) await progress.reset(table, []);
    await progress.dependencies(async () => now);
    return new Set(stale.map(({table: {source: {table}}}) => table));
  }

  /** Where there is nothing to do, no load begins that would remove what a crashed update left. What a crashed full run left stays for the next one. */
  async #tidy({catalog}: CopyPlan): Promise<void> {
    const {destination, progressLog} = this.#job;
    if (!this.#settled && (await readUnfinished(progressLog, CHANGES)) === null) return;
    await using _load = await destination.beginRefresh!({catalog, from: 'nothing', keep: new Set()}, this.#signal);
    await progressLog.remove();
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
    const {file, objects, lateViews} = must(this.base, 'base');
    const bases = detection.decisions.map(({base}) => must(base, 'base of a table'));
    await this.#examine('live', new Map(detection.decisions.map(({table}, i) => [table.source.table, rowsOf(bases[i]!.chunks)])));
    for (const [i, {reasons}] of detection.decisions.entries()) this.#markKept(ledger.states[i]!, bases[i]!, reasons);
    ledger.verification = bases.every(({verified}) => verified) ? 'passed' : 'skipped';
    ledger.views = must(ledger.plan, 'plan').target.views.map(({name}) => name);
    ledger.late = [...bases.flatMap(({late}) => late), ...lateViews];
    ledger.refresh = summaryOf('none', this.#job, ledger.states, this.base, detection, null);
    const store = must(this.#job.store, 'store');
    const conclude = await this.#remember(store, new Map(), [], file, objects, lateViews);
    await store.adopt();
    conclude();
  }

  #markKept(state: TableState, base: TableBase, reasons: readonly string[] = []): void {
    state.status = 'ok';
    state.verified = base.verified;
    state.change = {kind: 'unchanged', reasons, rows: rowsOf(base.chunks)};
  }

  #markMade(state: TableState, {kind, reasons}: Decision, full: boolean, table: TableBase | undefined): void {
    if (!table) return;
    state.change = {kind: full ? (this.base?.tables.has(state.table.source.table) ? 'rewritten' : 'new') : kind, reasons, rows: rowsOf(table.chunks)};
  }

  /** Writes down what the next run builds on, as pending until it is live. Resolves with what is to be done then. */
  async #remember(
    store: BaseStore, made: ReadonlyMap<string, TableBase>, removed: readonly string[] | 'others', file: FileSeal | null, objects: readonly StoredObject[], lateViews: readonly Omission[],
  ): Promise<() => void> {
    const {source, tool} = this.#job;
    const plan = must(this.#ledger.plan, 'plan');
    const tables = await withDependencies(this.#job, plan.tables, made, this.base, this.#limits, this.#signal);
    const told = this.base?.receipt ?? null;
    const {previous, warning} = await this.#job.followedReceipt?.(told, this.#signal) ?? {previous: told, warning: null};
    if (warning !== null) this.#ledger.warnings.push(warning);
    const receipt = receiptOf({job: this.#job, ledger: this.#ledger, plan, base: this.base, made: tables, identity: this.#identity, file, objects, previous});
    const head: Base = {
      tool: tool.version, startedAt: this.#ledger.startedAt, source: this.#identity ?? {id: source.label, traits: {}}, snapshot: source.snapshot ?? null,
      file, objects, views: viewsOf(plan.target.views), lateViews, receipt, tables: new Map(),
    };
    await store.savePending({head: encodeHead(head), tables: new Map([...tables].map(([name, table]) => [name, encodeTable(table)])), removed});
    return () => {
      this.receipts = told === null || previous !== told ? [receipt] : [told, receipt];
    };
  }
}

/** The same rows in the same order: chunks are cut alike as long as rows and limits are. */
const sameRows = ({chunks: before}: TableBase, {chunks: now}: TableBase): boolean =>
  before.length === now.length && before.every(({rows, digest}, i) => rows === now[i]!.rows && digest === now[i]!.digest);
