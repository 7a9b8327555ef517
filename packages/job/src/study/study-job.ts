import type {Column, ColumnProfile, Judge, LossRule, Source, TableProfile} from '@sluice/core';
import {canonicalText, conditionOf, defaultLimits, planCopy, writeMode, type CopyPlan, type CopyRequest, type PlannedTable} from '@sluice/engine';
import {pieceRows} from '@sluice/refresh';
import {openDestination, openSource} from '@sluice/registry';
import {resumes} from '../resume.ts';
import {copyRequest, refuseAhead, type CopyJob} from '../run-job.ts';
import {assessColumn, type ColumnRisk} from './assess-losses.ts';
import {columnOrigins} from './column-origins.ts';
import {rangesAtOnce} from './ranges-at-once.ts';
import {estimateTime, type Estimate} from './estimate.ts';
import {profileRows} from './profile-rows.ts';
import {typeWitnesses} from './type-witnesses.ts';

/** A plan, and what is to be expected of running it. */
export interface JobStudy {
  readonly plan: CopyPlan;
  /** In the order of the plan's tables. */
  readonly tables: readonly TableStudy[];
  readonly estimate: Estimate;
  /** Tables, or ranges of them, that are on their way at the same time. */
  readonly readers: number;
  /** Every value was looked at; false: types alone. */
  readonly scanned: boolean;
}

export interface TableStudy {
  /** At the source. */
  readonly table: string;
  /** Counted, or as the source guesses; null when it does not. */
  readonly rows: number | null;
  readonly risks: readonly ColumnRisk[];
  readonly reads: TableReading;
}

/** How a table is read: in ranges, each of which is kept at the destination when it is done, so that a run that dies goes on after it. */
export interface TableReading {
  /** Columns of the key that the ranges go by; empty: the table is one piece. */
  readonly by: readonly string[];
  readonly ranges: number;
  /** Set where the ranges are read at the same time, by so many readers, and none is kept before all are done. */
  readonly atOnce?: number;
}

/**
 * Says what a job would do and what it would lose; touches nothing. With `scan` every table is read once, where
 * its rows are if the source can; without, the types alone are looked at. Throws as `planCopy` and the connectors do.
 */
export async function studyJob(job: CopyJob, {scan}: {readonly scan: boolean}, signal: AbortSignal): Promise<JobStudy> {
  await using source = await openSource(job.source);
  await using destination = await openDestination(job.destination);
  const request = copyRequest(job, source, destination);
  return await studyCopy(request, {scan, refuse: plan => refuseAhead(job, request, plan), resumes: plan => resumes(job, {request, plan})}, signal);
}

interface StudyOptions {
  readonly scan: boolean;
  /** Throws what would keep the copy from being run. */
  refuse(plan: CopyPlan): Promise<void>;
  /** Whether a copy in mode replace goes on where a crash of it left off. */
  resumes(plan: CopyPlan): boolean;
}

async function studyCopy(request: CopyRequest, {scan, refuse, resumes: goesOn}: StudyOptions, signal: AbortSignal): Promise<JobStudy> {
  const {source, destination, transforms = [], limits = {}, verify = true} = request;
  const plan = await planCopy(request, signal);
  await refuse(plan);
  const {catalog, mode, alone, losses: {asText}} = plan;
  const destinationJudge = await destination.judge?.({catalog, mode: writeMode(mode), alone}, signal) ?? null;
  // Where a rule makes a column text, its values come as text.
  const judge: Judge | null = destinationJudge && ((table, column, value) => destinationJudge(table, column, value !== null && asText.get(table)?.has(column) ? canonicalText(value) : value));
  const rules = new Map(plan.target.tables.map(({table, columns}) => [table, new Map(columns.map(({column, onLoss = 'fail'}) => [column, onLoss]))]));
  const goes = goesOn(plan);
  const profiles: (TableProfile | null)[] = [];
  const tables: TableStudy[] = [];
  for (const table of plan.tables) {
    const origins = columnOrigins(table.read, transforms);
    const profile = scan && judge ? await profileOf(source, table, origins, signal) : null;
    profiles.push(profile);
    const rows = profile?.rows ?? table.source.approximateRows ?? null;
    const commitRows = limits.commitRows ?? defaultLimits.commitRows;
    const appends = mode === 'append' && !plan.beside && table.rows?.cursor === undefined;
    const piece = source.ranges !== true ? null : goes ? pieceRows(table.source, commitRows) : appends ? commitRows : null;
    const atOnce = await rangesAtOnce(plan, table, request, signal);
    const ruleOf = (column: string) => rules.get(table.out.table)?.get(column) ?? 'fail';
    tables.push({table: table.source.table, rows, risks: judge ? risksOf({table, origins, profile, kind: source.kind, ruleOf}, judge) : [], reads: atOnce ?? readingOf(rows, table, piece)});
  }
  return {plan, tables, readers: plan.readers, estimate: estimateTime(plan.tables, profiles, {verified: verify && plan.beside, maxRowsPerSecond: limits.maxRowsPerSecond}), scanned: scan && judge !== null};
}

/** Columns whose values arrive as they are; the others are made on the way, and need not be read. */
async function profileOf(source: Source, {read, rows = {}}: PlannedTable, origins: ReadonlyMap<string, string>, signal: AbortSignal): Promise<TableProfile> {
  const wanted = new Set(origins.values());
  const columns = read.columns.filter(({name}) => wanted.has(name));
  const where = conditionOf(rows);
  const request = {schema: {...read, columns: columns.length > 0 ? columns : read.columns}, ...(where !== undefined && {where})};
  return source.profile ? await source.profile(request, signal) : await profileRows(source, request, signal);
}

interface Looked {
  readonly table: PlannedTable;
  readonly origins: ReadonlyMap<string, string>;
  readonly profile: TableProfile | null;
  readonly kind: Source['kind'];
  ruleOf(column: string): LossRule;
}

function risksOf({table, origins, profile, kind, ruleOf}: Looked, judge: Judge): ColumnRisk[] {
  const profiled = new Map(profile?.columns.map(column => [column.column, column]));
  const before = new Map(table.read.columns.map(column => [column.name, column]));
  return table.out.columns.map((out: Column): ColumnRisk => {
    const origin = before.get(origins.get(out.name) ?? '');
    if (!origin) return {column: out.name, risk: 'none', basis: 'none', needs: {}, refused: [], altered: [], rule: ruleOf(out.name), remedies: []};
    const seen = profiled.get(origin.name);
    const known: ColumnProfile = seen ?? {column: origin.name, witnesses: typeWitnesses(origin, kind), sizes: {}};
    return assessColumn({schema: table.out, out, rule: ruleOf(out.name), basis: seen ? 'values' : 'types', some: table.rows?.cursor !== undefined}, known, judge);
  });
}

/** `piece`: after about so many rows, in the order of the key, what is written is kept for good; null when only the whole is. */
function readingOf(rows: number | null, {source: {primaryKey}}: PlannedTable, piece: number | null): TableReading {
  if (piece === null || primaryKey.length === 0 || rows === null) return {by: [], ranges: 1};
  return {by: primaryKey, ranges: Math.max(1, Math.ceil(rows / piece))};
}
