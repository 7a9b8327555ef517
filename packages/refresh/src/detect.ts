import type {DigestRequest, FileSeal, RangeDigest, ReadLimits, Schema, SourceIdentity} from '@sluice/core';
import {planTable, Turns, type CopyPlan, type PlannedTable} from '@sluice/engine';
import {rangesOf, rowsOf, type Base, type Dependency, type TableBase} from './base.ts';
import {dependenciesIn, foldedOrRead, idOf, type DependencySchema} from './dependencies.ts';
import {schemaChanges} from './describe-change.ts';
import type {DigestsAhead} from './digests-ahead.ts';
import {findDrift, type Drift} from './drift.ts';
import {formOf, rulesOf, settled, sha256, viewsOf} from './fingerprint.ts';
import type {RefreshJob} from './request.ts';
import {digestRanges, everything} from './source-digests.ts';

export type ChangeKind = 'unchanged' | 'new' | 'patched' | 'rewritten';

/** What will become of one table, and why. */
export interface Decision {
  readonly table: PlannedTable;
  readonly base: TableBase | null;
  kind: ChangeKind;
  readonly reasons: string[];
  /** Which chunks of the base are not what the source has now; for `patched`. */
  changed: readonly number[];
  readonly rules: string | null;
  /** The columns of other tables that its values come from. */
  readonly depends: readonly DependencySchema[];
  readonly form: string;
  /** It is read again only because its source cannot tell whether its rows changed. */
  untold: boolean;
}

export interface Removed {
  readonly name: string;
  readonly base: TableBase;
  readonly reason: string;
}

/** Everything that is different from what the last run left. */
export interface Detection {
  readonly decisions: readonly Decision[];
  readonly removed: readonly Removed[];
  /** Why nothing of the last run can be used; null when it can. */
  readonly full: readonly string[] | null;
  readonly viewsChanged: boolean;
  readonly drift: Drift | null;
  readonly warnings: readonly string[];
  readonly digestSeconds: number;
}

export interface Circumstances {
  readonly job: RefreshJob;
  readonly plan: CopyPlan;
  readonly base: Base | null;
  readonly identity: SourceIdentity | null;
  /** Of what is live. */
  readonly seal: Promise<FileSeal | null>;
  /** What the source was asked already. */
  readonly ahead: DigestsAhead | null;
  readonly limits: ReadLimits;
  readonly onTable: (done: number, of: number, table: string) => void;
}

/** Compares what is with what the last run left. Reads no rows where the source can digest them itself; touches nothing. */
export async function detect({job, plan, base, identity, seal, ahead, limits, onTable}: Circumstances, signal: AbortSignal): Promise<Detection> {
  const {destination, tool, transforms = []} = job;
  const targets = new Map(plan.target.tables.map(target => [target.table, target]));
  const turns = new Turns();
  const decisions: Decision[] = [];
  for (const table of plan.tables) {
    await turns.next();
    const seen: Schema[] = [];
    const planned = planTable(table.read, transforms, schema => seen.push(schema));
    decisions.push({
      table, base: base?.tables.get(table.source.table) ?? null, kind: 'new', reasons: [], changed: [], untold: false,
      rules: planned && rulesOf(planned.out, seen, transforms), depends: dependenciesIn(planned?.steps ?? []), form: formOf(targets.get(table.out.table)!),
    });
  }
  const nothing = {decisions, removed: [], viewsChanged: false, drift: null, warnings: [], digestSeconds: 0};
  if (base === null) return {...nothing, full: job.kind === 'full' ? [] : ['there is no record of an earlier run for this target']};
  if (job.kind === 'full') return {...nothing, full: []};
  if (base.tool !== tool.version) return {...nothing, full: [`the last run was made by version ${base.tool}, this is ${tool.version}: every value is made again`]};

  for (const decision of decisions) {
    await turns.next();
    judge(decision, job);
  }
  const candidates = decisions.filter(({kind}) => kind === 'unchanged');
  const digestSeconds = await judgeRows(candidates, {job, ahead, limits, onTable}, signal);

  const live = await seal;
  if (live === null) return {...nothing, full: ['the file of the last run is gone'], digestSeconds};
  const names = new Set(plan.tables.map(({source: {table}}) => table));
  const excluded = new Map(plan.excluded.map(({name, reason}) => [name, reason]));
  const removed = [...base.tables].flatMap(([name, table]): Removed[] => names.has(name) ? [] : [{
    name, base: table, reason: excluded.has(name) ? `it is left out now: ${excluded.get(name)!}` : 'it is no longer at the source',
  }]);
  await findRenamed(decisions, removed, job, limits, signal);
  const drift = base.file !== null && live.sha256 === base.file.sha256 ? null
    : await findDrift({destination, catalog: plan.catalog, base, decisions, limits, signal});
  if (drift?.damaged) return {...nothing, full: ['the file is damaged'], drift, digestSeconds};
  return {
    decisions, removed, full: null, drift, digestSeconds,
    viewsChanged: base.views !== viewsOf(plan.target.views),
    warnings: identity ? changedTraits(base.source, identity) : [],
  };
}

/** What can be said without looking at rows. It is said of tables that were not asked for, too: no run leaves one that no longer follows the rules. */
function judge(decision: Decision, {only, force, verify = true}: RefreshJob): void {
  const {base, table: {source, read}, reasons, rules, form} = decision;
  if (base === null) return;
  reasons.push(...schemaChanges(base.schema, settled(source)));
  if (only?.has(source.table)) reasons.push('asked for');
  const forced = force?.get(source.table);
  if (forced !== undefined) reasons.push(forced);
  if (verify && !base.verified) reasons.push('it was written without being read back');
  const columns = read.columns.map(({name}) => name);
  if (rules === null) reasons.push('nobody can tell whether its rules changed');
  else if (rules !== base.rules || JSON.stringify(columns) !== JSON.stringify(base.read)) {
    if (reasons.length === 0) reasons.push('the rules for it changed');
  } else if (form !== base.form && reasons.length === 0) reasons.push('its form at the destination changed, as that of a table it refers to did');
  const depends = decision.depends.map(({id}) => id);
  if (reasons.length === 0 && JSON.stringify(depends) !== JSON.stringify(base.dependencies.map(idOf))) reasons.push('it depends on other tables than before');
  decision.kind = reasons.length > 0 ? 'rewritten' : 'unchanged';
}

/** Compares rows, by digests, of tables that look unchanged, and of what their values depend on. Resolves with the seconds that it waited for the source. */
async function judgeRows(decisions: readonly Decision[], {job, ahead, limits, onTable}: Pick<Circumstances, 'job' | 'ahead' | 'limits' | 'onTable'>, signal: AbortSignal): Promise<number> {
  const looked = decisions.filter(({table: {source}}) => !job.only || job.only.has(source.table));
  const schemas = new Map(looked.flatMap(({depends}) => depends).map(({id, schema}) => [id, schema]));
  const others = [...new Map(looked.flatMap(({base}) => base!.dependencies).map(dependency => [keyOf(dependency), dependency])).values()];
  const unasked = looked.filter(({table: {read}, base}) => !ahead?.has(read, base!));
  const requests: DigestRequest[] = [
    ...unasked.map(({table: {read}, base}) => ({schema: read, ranges: base!.keyed ? rangesOf(base!.chunks) : [everything]})),
    ...others.map(dependency => ({schema: schemas.get(idOf(dependency))!, ranges: dependency.ranges})),
  ];
  let done = looked.length - unasked.length;
  const total = looked.length + others.length;
  const started = performance.now();
  await ahead?.answered();
  const digests = await digestRanges(job.source, requests, limits, signal, i => onTable(++done, total, requests[i]!.schema.table));
  const waited = Math.round(performance.now() - started) / 1000;
  const now = new Map<string, string>();
  for (const [i, dependency] of others.entries()) {
    now.set(keyOf(dependency), await foldedOrRead(job, requests[unasked.length + i]!, digests[unasked.length + i]!, limits, signal));
  }
  const answers = new Map(unasked.map((decision, i) => [decision, digests[i]!]));
  for (const decision of looked) {
    const base = decision.base!;
    for (const dependency of base.dependencies) {
      if (now.get(keyOf(dependency)) !== dependency.digest) decision.reasons.push(`${dependency.columns.join(' or ')} of ${dependency.table} changed, which its values come from`);
    }
    if (decision.reasons.length > 0) {
      decision.kind = 'rewritten';
      continue;
    }
    compareChunks(decision, answers.get(decision) ?? await ahead!.of(decision.table.read));
  }
  return waited;
}

/** More than this part of a table: reading all of it is as good. */
const MOST = 0.5;

function compareChunks(decision: Decision, digests: readonly RangeDigest[]): void {
  const {chunks, keyed, whole, patchable} = decision.base!;
  if (!keyed) {
    if (whole !== null && digests[0]!.digest === whole) return;
    decision.kind = 'rewritten';
    decision.untold = whole === null;
    decision.reasons.push(whole === null ? 'its rows cannot be compared at the source: it is copied every time' : 'its rows changed, and it has no key to tell which');
    return;
  }
  const changed = chunks.flatMap(({sourceDigest, sourceRows}, i) => {
    const {digest, rows} = digests[i]!;
    return sourceDigest !== null && digest === sourceDigest && rows === sourceRows ? [] : [i];
  });
  if (changed.length === 0) return;
  if (changed.every(i => chunks[i]!.sourceDigest === null || digests[i]!.digest === null)) {
    decision.reasons.push('whether its rows changed cannot be told, as its storage engine keeps no snapshots: it is read every time');
    decision.kind = 'rewritten';
    decision.untold = true;
    return;
  }
  const rows = digests.reduce((sum, digest) => sum + digest.rows, 0) - chunks.reduce((sum, {sourceRows}) => sum + sourceRows, 0);
  const more = rows === 0 ? '' : `, ${Math.abs(rows).toLocaleString('en')} ${Math.abs(rows) === 1 ? 'row' : 'rows'} ${rows > 0 ? 'more' : 'fewer'}`;
  decision.reasons.push(chunks.length === 1 ? `its rows changed${more}` : `rows changed in ${changed.length} of ${chunks.length} ranges of its key${more}`);
  decision.kind = patchable && chunks.length > 1 && changed.length <= chunks.length * MOST ? 'patched' : 'rewritten';
  decision.changed = changed;
}

/** A new table that holds exactly the rows of one that is gone has been renamed. */
async function findRenamed(decisions: readonly Decision[], removed: readonly Removed[], {source}: RefreshJob, limits: ReadLimits, signal: AbortSignal): Promise<void> {
  if (!source.digestRanges) return;
  for (const decision of decisions.filter(({kind}) => kind === 'new')) {
    const {read} = decision.table;
    const columns = JSON.stringify(read.columns.map(({name, type}) => [name, type]));
    for (const {name, base} of removed) {
      const old = JSON.stringify(base.read.map(column => [column, base.schema.columns.find(other => other.name === column)?.type]));
      if (old !== columns || rowsOf(base.chunks) === 0) continue;
      const [digests] = await digestRanges(source, [{schema: read, ranges: base.keyed ? rangesOf(base.chunks) : [everything]}], limits, signal);
      const equal = base.keyed ? base.chunks.every(({sourceDigest}, i) => sourceDigest !== null && digests![i]!.digest === sourceDigest) : base.whole !== null && digests![0]!.digest === base.whole;
      if (equal) decision.reasons.push(`it has the rows of ${name}, which is gone: it was renamed`);
    }
  }
}

function changedTraits(before: SourceIdentity, now: SourceIdentity): string[] {
  return Object.entries(now.traits).flatMap(([name, value]) => {
    const was = before.traits[name];
    return was === undefined || was === value ? [] : [`the ${name.replaceAll('_', ' ')} of the source was ${was} at the last run and is ${value} now; every value was compared again`];
  });
}

/** Ranges were cut when a dependency was noted: only digests over the same ranges can be compared. */
const keyOf = (dependency: Dependency): string => sha256(JSON.stringify([idOf(dependency), dependency.ranges]));
