import {must, type FileSeal, type SourceIdentity, type StoredObject} from '@sluice/core';
import type {CopyPlan, RunLedger} from '@sluice/engine';
import {makeReceipt, type PlaceRecord, type PreviousReceipt} from '@sluice/verify';
import type {Base, TableBase} from './base.ts';
import {sha256} from './fingerprint.ts';
import type {RefreshJob} from './request.ts';

interface Told {
  readonly job: RefreshJob;
  readonly ledger: RunLedger;
  readonly plan: CopyPlan;
  readonly base: Base | null;
  /** Tables that were made or patched. */
  readonly made: ReadonlyMap<string, TableBase>;
  readonly identity: SourceIdentity | null;
  readonly file: FileSeal | null;
  readonly objects: readonly StoredObject[];
  /** The receipt of the run before. */
  readonly previous: PreviousReceipt | null;
}

/** The receipt of a run that is about to go live. What it says of tables that stay, an earlier run has found out. */
export function receiptOf({job, ledger, plan, base, made, identity, file, objects, previous}: Told): {readonly sequence: number; readonly hash: string; readonly text: string} {
  const {source, destination, tool, rules = {}} = job;
  const changes = new Map(ledger.states.map(({table, change}) => [table.source.table, change?.kind ?? 'unchanged']));
  const tables = plan.tables.map(({source: {table}}) => ({name: table, stored: must(made.get(table) ?? base?.tables.get(table), `what was made of table ${table}`)}));
  const {receipt, text, hash} = makeReceipt({
    tool, kind: must(ledger.refresh, 'summary').kind, startedAt: ledger.startedAt, finishedAt: (job.clock?.now() ?? new Date()).toISOString(),
    source: {kind: source.kind, label: source.label, identity, snapshot: source.snapshot ?? null},
    destination: {kind: destination.kind, label: destination.label, file},
    rules: {policy: rules.policy ?? null, study: rules.study ?? null, tables: sha256(JSON.stringify(tables.map(({name, stored}) => [name, stored.rules])))},
    tables: tables.map(({name, stored}) => ({
      name, target: stored.target, change: must(changes.get(name), 'change'), schema: stored.out, verified: stored.verified, order: stored.placed ? 'written' : 'any',
      places: stored.chunks.map(({place, rows, digest}): PlaceRecord => [place, rows, digest]),
    })),
    objects, warnings: ledger.warnings,
  }, previous);
  return {sequence: receipt.sequence, hash, text};
}
