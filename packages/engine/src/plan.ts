import {
  ErrorCode, PipelineError,
  type Catalog, type ColumnEffect, type Omission, type Problem, type Schema, type TargetPlan, type Transform, type TransformPlan, type View,
} from '@sluice/core';
import {appendByKeyWarning} from './append-by-key.ts';
import {findFromBefore, isConfined} from './from-before.ts';
import {nothingToCopy} from './nothing.ts';
import {refuseOwnSource} from './own-source.ts';
import type {PlannedLosses} from './plan-losses.ts';
import {planTarget} from './plan-target.ts';
import {spreadCopy} from './readers.ts';
import {defaultLimits, writeMode, type CopyMode, type CopyRequest} from './request.ts';
import {remembering} from './selection.ts';
import {problemsOfReads, refuseMode, type TableRead} from './table-reads.ts';
import {turnOfOthers, Turns} from './turns.ts';

export interface PlannedTable {
  /** As the source has it. */
  readonly source: Schema;
  /** What is read: without the columns that nothing looks at. */
  readonly read: Schema;
  /** What is written. */
  readonly out: Schema;
  readonly effects: readonly ColumnEffect[];
  /** Which of its rows are read; absent means all. */
  readonly rows?: TableRead;
}

/** Everything that will happen, decided before a row is read. */
export interface CopyPlan {
  readonly tables: readonly PlannedTable[];
  readonly views: readonly View[];
  readonly excluded: readonly {readonly name: string; readonly reason: string}[];
  readonly omissions: readonly Omission[];
  readonly warnings: readonly string[];
  readonly target: TargetPlan;
  readonly mode: CopyMode;
  /** Rows are written and read back beside what is live, and go live all at once. */
  readonly beside: boolean;
  /** What is live at the destination does not stay beside what is written. */
  readonly alone: boolean;
  /** The tables and views as they will be written. */
  readonly catalog: Catalog;
  /** What becomes of values that the destination cannot hold. */
  readonly losses: PlannedLosses;
  /** Tables, or parts of them, that are on their way at the same time. */
  readonly readers: number;
}

/** A table on its way through the transforms. */
interface Draft {
  readonly source: Schema;
  out: Schema;
  readonly effects: ColumnEffect[];
}

/**
 * Plans a copy; touches nothing. Throws UNDECIDED or CONFIG with every problem the transforms see,
 * SCHEMA when the destination cannot hold the result, CONNECT or AUTH when an end cannot be reached.
 *
 * `onFound` hears what the source has as soon as that is known. What it starts at the source goes on
 * beside the planning, which asks the source for nothing more and lets others have their turn now and then.
 */
export async function planCopy(request: CopyRequest, signal: AbortSignal, onFound?: (found: Catalog) => void): Promise<CopyPlan> {
  const {source, destination, transforms = [], mode = 'replace'} = request;
  refuseMode(destination, mode, request.verify !== false);
  await refuseOwnSource(source, destination, signal);
  const wants = remembering(request.select ?? {wants: () => true, problems: () => []});
  // Rules are checked against everything that exists: one for a table that is not copied today is not a mistake.
  const describeAll = !request.select || transforms.some(transform => transform.check);
  const found = await source.discover(signal, describeAll ? undefined : {wants});
  onFound?.(found);
  await turnOfOthers();

  const others = found.tables.filter(({table}) => !wants(table));
  let drafts = found.tables.filter(({table}) => wants(table)).map((schema): Draft => ({source: schema, out: schema, effects: []}));
  let views = found.views.filter(({name}) => wants(name));
  const chosen = drafts.length + views.length;
  const excluded: {name: string; reason: string}[] = [];
  const omissions: Omission[] = [...found.others];
  const turns = new Turns();
  const problems: Problem[] = [...wants.problems(found)];
  const remedies: string[] = [];

  for (const transform of transforms) {
    const tables = drafts.map(({out}) => out);
    await turnOfOthers();
    const seen = (transform.check?.({...found, tables: [...tables, ...others]}) ?? [])
      .filter(({undecided, path}) => !undecided || path === undefined || concerns(path, tables));
    if (seen.length > 0) {
      problems.push(...seen);
      const remedy = transform.remedy?.({...found, tables, views});
      if (remedy !== undefined) remedies.push(remedy);
      continue; // the next one still says what it sees, so that all problems come at once
    }
    const planned: Draft[] = [];
    for (const draft of drafts) {
      await turns.next();
      const plan = transform.plan(draft.out);
      if (plan === null) {
        excluded.push({name: draft.source.table, reason: transform.refusesTable?.(draft.out) ?? `left out by ${transform.name}`});
        continue;
      }
      draft.out = plan.schema;
      draft.effects.push(...plan.effects);
      omissions.push(...(plan.omissions ?? []));
      planned.push(draft);
    }
    drafts = planned;
    views = views.filter(view => {
      const reason = transform.refusesView?.(view) ?? null;
      if (reason !== null) omissions.push({table: null, kind: 'view', name: view.name, reason});
      return reason === null;
    });
  }
  const {reads} = request;
  if (reads) problems.push(...await problemsOfReads(source, destination, mode, drafts.map(draft => draft.source), reads, signal));
  if (problems.length > 0) throw refusal(unique(problems), remedies);

  refuseIncomplete(drafts.map(draft => draft.source));
  if (drafts.length + views.length === 0) throw nothingToCopy(source, chosen > 0 ? 'left out' : wants.any() ? 'not chosen' : 'not there');

  const beside = mode === 'replace' || mode === 'mirror' || (request.verify !== false && destination.capabilities.beside === true);
  const alone = mode === 'replace' && isConfined(transforms);
  await turnOfOthers();
  const {catalog, target, losses, omissions: unlike} = await planTarget(
    destination, {catalog: {...found, tables: drafts.map(({out}) => out), views}, mode: writeMode(mode), alone}, request.losses, signal);
  if (target.tables.length + target.views.length === 0) throw nothingToCopy(source, 'not possible');
  const fromBefore = isConfined(transforms) ? await findFromBefore({found, writes: drafts.map(draft => draft.source.table), destination, target, alone}, signal) : [];
  const tables: PlannedTable[] = [];
  for (const [i, draft] of drafts.entries()) {
    await turns.next();
    const rows = reads?.(draft.source.table);
    tables.push({...draft, out: catalog.tables[i]!, read: readSchema(draft.source, transforms), ...(rows && Object.keys(rows).length > 0 && {rows})});
  }
  const missed = appendByKeyWarning(tables, mode, source);
  const {readers, why} = spreadCopy({source, destination, mode, beside}, tables, {...defaultLimits, ...request.limits});
  const doubt = readers > 1 ? await source.forkDoubt?.(signal) ?? null : null;
  return {
    tables, views, excluded, catalog, target, alone, mode, beside, losses, readers,
    omissions: [...omissions, ...unlike, ...target.omissions],
    warnings: [...transforms.flatMap(({warnings = []}) => warnings), ...source.warnings, ...fromBefore, ...(missed === null ? [] : [missed]), ...(why === null ? [] : [`tables are copied one after the other: ${why}`]), ...(doubt === null ? [] : [doubt])],
  };
}

/**
 * The transforms planned against what is read, in order; apply them one after the other. `random` are
 * columns of what comes out that come out different every time.
 */
export function planTable(
  schema: Schema, transforms: readonly Transform[], incoming?: (schema: Schema) => void,
): {steps: TransformPlan[]; out: Schema; random: readonly string[]} | null {
  const steps: TransformPlan[] = [];
  let random = new Set<string>();
  let out = schema;
  for (const transform of transforms) {
    incoming?.(out);
    const step = transform.plan(out);
    if (step === null) return null;
    steps.push(step);
    out = step.schema;
    random = randomAfter(step, random);
  }
  return {steps, out, random: [...random]};
}

function randomAfter({schema, renames = [], random = []}: TransformPlan, before: ReadonlySet<string>): Set<string> {
  const named = new Map(renames.map(({from, to}) => [from, to]));
  const names = new Set(schema.columns.map(({name}) => name));
  return new Set([...random, ...[...before].map(name => named.get(name) ?? name)].filter(name => names.has(name)));
}

/**
 * Leaves out of the SELECT what no transform computes with or hands on: a dropped column need not
 * leave the server. Reads everything when a transform does not say what it uses.
 */
function readSchema(schema: Schema, transforms: readonly Transform[]): Schema {
  const incoming: Schema[] = [];
  const planned = planTable(schema, transforms, seen => incoming.push(seen));
  if (planned === null) return schema;
  let needed = new Set(planned.out.columns.map(column => column.name));
  for (const [i, step] of [...planned.steps.entries()].reverse()) {
    const {columns} = incoming[i]!;
    const looksAt = step.looksAt && new Set(step.looksAt);
    const uses = step.uses && new Set(step.uses);
    needed = new Set(columns.filter((column, at) =>
      looksAt ? looksAt.has(at) || needed.has(column.name) : uses ? uses.has(at) : true).map(column => column.name));
  }
  const key = new Set(schema.primaryKey); // sources page by it
  const columns = schema.columns.filter(({name}) => needed.has(name) || key.has(name));
  return columns.length === schema.columns.length || columns.length === 0 ? schema : {...schema, columns};
}

/** Rules can only be laid over columns that are seen, and a copy that lacks some is not one of the table. */
function refuseIncomplete(tables: readonly Schema[]): void {
  const problems = tables.flatMap(({table, incomplete}) => incomplete === undefined ? [] : [{path: table, message: incomplete}]);
  if (problems.length === 0) return;
  throw new PipelineError(ErrorCode.AUTH, problems.length === 1 ? problems[0]!.message : `${problems.length} tables are seen in part only: ${problems.map(({path}) => path).join(', ')}`, {
    problems, remedy: 'grant SELECT on the whole table, or leave it out; nothing was read',
  });
}

/** Whether a problem's path names a table, or a column of a table, that is copied. */
function concerns(path: string, tables: readonly Schema[]): boolean {
  return tables.some(({table}) => path === table || path.startsWith(`${table}.`));
}

/** A pattern that means nothing is seen by the selection and by the transform that has it too. */
function unique(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map(problem => [`${problem.path ?? ''}\0${problem.message}`, problem])).values()];
}

function refusal(problems: readonly Problem[], remedies: readonly string[]): PipelineError {
  const undecided = problems.every(problem => problem.undecided);
  const message = undecided
    ? `${problems.length} ${problems.length === 1 ? 'decision is' : 'decisions are'} missing: nothing was read`
    : `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'} found before anything was read`;
  return new PipelineError(undecided ? ErrorCode.UNDECIDED : ErrorCode.CONFIG, message, {
    problems,
    ...(remedies.length > 0 && {remedy: remedies.join('\n')}),
  });
}
