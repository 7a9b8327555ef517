import {ErrorCode, PipelineError, type Destination, type Logger, type Problem, type ReadLimits, type Schema, type Source} from '@sluice/core';
import {silent} from '@sluice/core';
import {compareTables, type TableDifference} from './compare-tables.ts';
import {pairNames} from './pair-names.ts';
import {planRepair, repairTable, type RepairPlan} from './repair-table.ts';
import type {TableRepair, Verification, VerifiedStatus, VerifiedTable} from './verification.ts';

/** Which tables to compare; `matchTables` of `@sluice/transform-shape` makes one from patterns. */
export interface TableSelection {
  wants(name: string): boolean;
  /** Given every name there is: what in the selection means nothing. */
  problems(names: readonly string[]): readonly Problem[];
}

export interface SourcesQuestion {
  /** What ought to be. */
  readonly left: Source;
  /** What is. */
  readonly right: Source;
  readonly select?: TableSelection;
  /** Columns that identify a row, for every table that is compared, or by table (names of the left side). */
  readonly keys?: readonly string[] | ReadonlyMap<string, readonly string[]>;
  /** Columns of a table of the left side whose values are other ones whenever they are made: they must be there, and are not compared. Not with `repair`. */
  readonly random?: (table: string) => readonly string[];
  /** Makes the right side what the left side says, then compares again. */
  readonly repair?: Repair;
  readonly limits?: ReadLimits;
  readonly maxHeldBytes?: number;
  /** Milliseconds that never go back. */
  readonly monotonic: () => number;
  readonly logger?: Logger;
  /** Hears of progress: rows that were just read of either side, and which table of how many it is. */
  readonly onRows?: (table: string, rows: number, of: {readonly tablesDone: number; readonly tables: number}) => void;
}

export interface Repair {
  /** The system that `right` reads. */
  readonly destination: Destination;
  /** Opens it for reading once more; who asks for it closes it. */
  readonly reopen: () => Promise<Source>;
}

const defaultLimits: ReadLimits = {maxRows: 2000, maxBytes: 4 << 20};

/**
 * Compares all tables of two systems, or those that are selected. With `repair`, disposes `right` and
 * writes to its destination, each table in one commit. Throws CONFIG for a selection or key that
 * means nothing, and what reading throws.
 */
export async function verifySources(question: SourcesQuestion, signal: AbortSignal): Promise<Verification> {
  if (question.repair && question.random) throw new Error('what cannot be compared cannot be repaired');
  const {left, right, repair, monotonic, limits = defaultLimits, logger = silent} = question;
  const started = monotonic();
  const seconds = (since: number) => Math.round(monotonic() - since) / 1000;
  const tables = await pairTables(question, signal);
  const endpoints = () => ({
    left: {kind: left.kind, label: left.label, snapshot: left.snapshot ?? null}, right: {kind: right.kind, label: right.label, snapshot: right.snapshot ?? null},
  });

  const verified: VerifiedTable[] = [];
  const repairs = new Map<number, RepairPlan>();
  const warnings: string[] = [...tables.warnings];
  for (const [tablesDone, [a, b]] of tables.pairs.entries()) {
    signal.throwIfAborted();
    const since = monotonic();
    const onRows = (rows: number) => question.onRows?.(a.table, rows, {tablesDone, tables: tables.pairs.length});
    const difference = await compare({...question, onRows}, left, right, a, b, repair !== undefined, signal);
    const table = describe(a, b, difference, seconds(since));
    warnings.push(...difference.warnings);
    if (table.notCompared) warnings.push(`table ${a.table}: not compared, as every run makes other values: ${table.notCompared.join(', ')}`);
    logger.debug(`table ${a.table} compared`, {status: table.status, passes: table.passes, seconds: table.seconds});
    if (repair && table.status !== 'equal') {
      const plan = await planRepair(difference, a, b, repair.destination, right, limits, signal);
      if (typeof plan === 'string') verified.push({...table, repair: {status: 'refused', written: 0, deleted: 0, reason: plan}});
      else {
        repairs.set(verified.length, plan);
        verified.push(table);
      }
    } else verified.push(table);
  }
  for (const {table} of tables.onlyLeft) verified.push(alone(table, 'missing', repair !== undefined));
  for (const {table} of tables.onlyRight) verified.push(alone(table, 'extra', repair !== undefined));

  const ends = endpoints();
  const said = new Set([...left.warnings, ...right.warnings, ...warnings]);
  if (repair && repairs.size > 0) {
    // A reader's snapshot would keep a writer waiting.
    await right[Symbol.asyncDispose]();
    const done = new Map<number, TableRepair>();
    for (const [at, plan] of repairs) done.set(at, await repairTable(plan, left, repair.destination, limits, signal));
    await using again = await repair.reopen();
    const catalog = await again.discover(signal, {wants: name => [...repairs.values()].some(({right: {table}}) => table === name)});
    for (const [at, plan] of repairs) {
      const since = monotonic();
      const now = catalog.tables.find(({table}) => table === plan.right.table) ?? plan.right;
      const difference = await compare({...question, onRows() {}}, left, again, plan.left, now, false, signal);
      verified[at] = {...describe(plan.left, now, difference, seconds(since)), repair: done.get(at)!};
    }
  }
  return {
    format: 'sluice.verification/1', status: verified.every(({status}) => status === 'equal') ? 'equal' : 'different',
    ...ends, tables: verified, totals: totalsOf(verified), seconds: seconds(started), warnings: [...said],
  };
}

async function compare(
  {keys, random, limits = defaultLimits, maxHeldBytes, onRows}: Omit<SourcesQuestion, 'onRows'> & {readonly onRows: (rows: number) => void}, left: Source, right: Source, a: Schema, b: Schema, keepAll: boolean, signal: AbortSignal,
): Promise<TableDifference> {
  const key = keys instanceof Map ? keys.get(a.table) as readonly string[] | undefined : keys as readonly string[] | undefined;
  const reader = (source: Source, schema: Schema) => ({schema, read: (stop: AbortSignal) => source.read({schema, after: null, ...limits}, stop)});
  return await compareTables({
    left: reader(left, a), right: reader(right, b), keepAll,
    ...(key && {key}), ...(random && {random: random(a.table)}), ...(maxHeldBytes !== undefined && {maxHeldBytes}), onRows: (_, rows) => onRows(rows),
  }, signal);
}

async function pairTables({left, right, select, keys}: SourcesQuestion, signal: AbortSignal) {
  const names = new Set<string>();
  const wants = (name: string) => {
    names.add(name);
    return select?.wants(name) ?? true;
  };
  const [a, b] = [await left.discover(signal, {wants}), await right.discover(signal, {wants})];
  const problems = [...select?.problems([...names, ...[a, b].flatMap(({tables, views}) => [...tables.map(({table}) => table), ...views.map(({name}) => name)])]) ?? []];
  const chosen = [a, b].map(({tables}) => tables.filter(({table}) => wants(table)));
  const pairing = pairNames(chosen[0]!, chosen[1]!, ({table}) => table, ({table}) => table);
  if (keys instanceof Map) {
    for (const table of keys.keys() as Iterable<string>) {
      if (!pairing.pairs.some(([schema]) => schema.table === table)) problems.push({path: 'key', message: `no table ${table} is on both sides and compared`});
    }
  }
  if (problems.length > 0) {
    throw new PipelineError(ErrorCode.CONFIG, `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'} found before anything was compared`, {problems});
  }
  const warnings: string[] = [];
  if (pairing.pairs.length + pairing.onlyLeft.length + pairing.onlyRight.length === 0) {
    if (select) throw new PipelineError(ErrorCode.CONFIG, 'the selection leaves no table to compare', {remedy: 'views are not compared; select tables'});
    warnings.push('there is no table on either side');
  }
  return {...pairing, warnings};
}

function describe(a: Schema, b: Schema, {pairing, rows, found, passes}: TableDifference, seconds: number): VerifiedTable {
  const {pairs, key, onlyLeft, onlyRight, incomparable, random} = pairing;
  const rowsDiffer = found.differing.count + found.missing.count + found.extra.count > 0;
  const status: VerifiedStatus = rowsDiffer || onlyLeft.length + onlyRight.length > 0 ? 'different' : incomparable.length > 0 || (rows === null && random.length > 0) ? 'incomparable' : 'equal';
  return {
    name: a.table, right: b.table, status, key: key === null ? null : key.map(i => pairs[i]!.left.name), rows,
    differing: found.differing.count, missing: found.missing.count, extra: found.extra.count,
    columns: [
      ...pairs.map(({left, right, rule}, i) => ({name: left.name, right: right.name, comparedAs: rule.comparedAs, differing: found.columns[i]!})),
      ...incomparable.map(({left, right}) => ({name: left.name, right: right.name, comparedAs: null, differing: 0})),
    ],
    onlyLeft, onlyRight, ...(random.length > 0 && {notCompared: random.map(({left}) => left.name)}),
    ordinals: {differing: found.differing.first(), missing: found.missing.first(), extra: found.extra.first()},
    passes, seconds,
  };
}

function alone(name: string, status: 'missing' | 'extra', asked: boolean): VerifiedTable {
  return {
    name, right: status === 'extra' ? name : null, status, key: null, rows: null, differing: 0, missing: 0, extra: 0, columns: [], onlyLeft: [], onlyRight: [],
    ordinals: {differing: [], missing: [], extra: []}, passes: 0, seconds: 0,
    ...(asked && {repair: {status: 'refused', written: 0, deleted: 0, reason: 'a repair makes and drops no tables'} as const}),
  };
}

function totalsOf(tables: readonly VerifiedTable[]): Verification['totals'] {
  const count = (status: VerifiedStatus) => tables.filter(table => table.status === status).length;
  const sum = (of: (table: VerifiedTable) => number) => tables.reduce((total, table) => total + of(table), 0);
  return {
    tables: tables.length, equal: count('equal'), different: count('different'), missing: count('missing'), extra: count('extra'), incomparable: count('incomparable'),
    rows: {left: sum(({rows}) => rows?.left ?? 0), right: sum(({rows}) => rows?.right ?? 0)},
    rowsDiffering: sum(({differing}) => differing), rowsMissing: sum(({missing}) => missing), rowsExtra: sum(({extra}) => extra),
    repaired: tables.filter(({repair}) => repair?.status === 'repaired').length,
  };
}
