import {must, PipelineError, type FileSeal, type Omission, type SourceIdentity, type StoredObject} from '@sluice/core';
import type {Limits, RunLedger} from '@sluice/engine';
import {decodeBase, decodeHead, encodeHead, encodeTable, type Base, type TableBase} from './base.ts';
import {viewsOf} from './fingerprint.ts';
import {withDependencies} from './next-base.ts';
import {receiptOf} from './receipt-of.ts';
import type {BaseStore, RefreshJob} from './request.ts';

/** What a run made, of which the next one has to know. */
export interface Remembered {
  readonly identity: SourceIdentity | null;
  readonly made: ReadonlyMap<string, TableBase>;
  /** Tables that are no more; `others`: all that were not made. */
  readonly removed: readonly string[] | 'others';
  readonly file: FileSeal | null;
  readonly objects: readonly StoredObject[];
  readonly lateViews: readonly Omission[];
}

/** What earlier runs left for this one, and what this one leaves for later ones. */
export class RunMemory {
  /** What this run builds on. */
  base: Base | null = null;
  /** The receipt of this run and the one before it, oldest first; empty until the run is live. */
  receipts: readonly {readonly sequence: number; readonly hash: string; readonly text: string}[] = [];
  /** The last run died, but had gone through. */
  settled = false;
  /** There is a record of an earlier run, be it one that cannot be read. */
  remembered = false;
  readonly #job: RefreshJob;
  readonly #ledger: RunLedger;

  constructor(job: RefreshJob, ledger: RunLedger) {
    this.#job = job;
    this.#ledger = ledger;
  }

  /** A run that died around its last step: what is live says whether it had gone through. */
  async settlePending(pending: string, seal: Promise<FileSeal | null>, purpose: 'run' | 'look'): Promise<void> {
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
      this.settled = true;
    }
    // Who only looks holds no lock: a run that is about to go live may need it in a moment.
    else if (purpose === 'run') await store.dropPending();
  }

  /** Reads the record of the last run. Throws what reading it throws when an update needs it. */
  async load(): Promise<void> {
    const stored = await this.#job.store?.load() ?? null;
    if (stored === null) return;
    this.remembered = true;
    try {
      this.base = decodeBase(stored);
    } catch (error) {
      // A full run needs nothing of it.
      if (this.#job.kind === 'changes' || !(error instanceof PipelineError)) throw error;
      this.#ledger.warnings.push(`${error.message}; this run begins a new record`);
    }
  }

  /** Writes down what the next run builds on, as pending until it is live. Resolves with what is to be done then. */
  async remember(store: BaseStore, {identity, made, removed, file, objects, lateViews}: Remembered, limits: Limits, signal: AbortSignal): Promise<() => void> {
    const {source, tool} = this.#job;
    const plan = must(this.#ledger.plan, 'plan');
    const tables = await withDependencies(this.#job, plan.tables, made, this.base, limits, signal);
    const told = this.base?.receipt ?? null;
    const {previous, warning} = await this.#job.followedReceipt?.(told, signal) ?? {previous: told, warning: null};
    if (warning !== null) this.#ledger.warnings.push(warning);
    const receipt = receiptOf({job: this.#job, ledger: this.#ledger, plan, base: this.base, made: tables, identity, file, objects, previous});
    const head: Base = {
      tool: tool.version, startedAt: this.#ledger.startedAt, source: identity ?? {id: source.label, traits: {}}, snapshot: source.snapshot ?? null,
      file, objects, views: viewsOf(plan.target.views), lateViews, receipt, tables: new Map(),
    };
    await store.savePending({head: encodeHead(head), tables: new Map([...tables].map(([name, table]) => [name, encodeTable(table)])), removed});
    return () => {
      this.receipts = told === null || previous !== told ? [receipt] : [told, receipt];
    };
  }
}
