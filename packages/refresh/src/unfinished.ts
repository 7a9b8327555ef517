import type {SourceIdentity} from '@sluice/core';
import {conditionOf, type PlannedLosses} from '@sluice/engine';
import type {Chunk} from './base.ts';
import {sha256} from './fingerprint.ts';
import type {Decision} from './detect.ts';
import type {ProgressLog, RefreshJob} from './request.ts';

/** A full run that never came to its end, as far as it got. */
export interface Unfinished {
  readonly token: string;
  readonly startedAt: string;
  readonly tables: ReadonlyMap<string, UnfinishedTable>;
  /** Digests of what the values of the tables came from, by id. */
  readonly dependencies: ReadonlyMap<string, string>;
}

export interface UnfinishedTable {
  readonly chunks: readonly Chunk[];
  readonly done: boolean;
  readonly placed: boolean;
  readonly whole: string | null;
}

export interface Header {
  readonly entry: 'run';
  readonly work: string;
  readonly token: string;
  readonly startedAt: string;
}

interface Segment {
  readonly entry: 'segment';
  readonly table: string;
  readonly chunks: readonly Chunk[];
  readonly done: boolean;
}

interface Made {
  readonly entry: 'made';
  readonly table: string;
  readonly chunks: readonly Chunk[];
  readonly placed: boolean;
  readonly whole: string | null;
}

/** The table is made again from here on. */
interface Reset {
  readonly entry: 'reset';
  readonly table: string;
  readonly chunks: readonly Chunk[];
}

interface Dependencies {
  readonly entry: 'dependencies';
  readonly digests: Readonly<Record<string, string>>;
}

/** Differs when a run would not make the same file: another source, version, rule or definition. */
export function workOf({tool, reads}: Pick<RefreshJob, 'tool' | 'reads'>, identity: SourceIdentity | null, decisions: readonly Decision[], {views, losses}: {readonly views: string; readonly losses: PlannedLosses}): string {
  return sha256(JSON.stringify([tool.version, identity?.id ?? null, views, decisions.map(({table: {read}, rules, form}) =>
    [read.table, read.columns.map(({name}) => name), rules, form, reads ? conditionOf(reads(read.table)) ?? null : null]),
    [...losses.rules].map(([table, columns]) => [table, [...columns]]), [...losses.asText].map(([table, columns]) => [table, [...columns.keys()]])]));
}

type Entry = Segment | Reset | Made | Dependencies;

/** What a crashed run of the same work had done; null when there is none, it did other work, or it cannot be told. */
export async function readUnfinished(log: ProgressLog, work: string): Promise<Unfinished | null> {
  const [header, ...entries] = await log.entries() as readonly [Header?, ...Entry[]];
  if (header?.entry !== 'run' || header.work !== work || typeof header.token !== 'string') return null;
  const tables = new Map<string, UnfinishedTable>();
  let dependencies = new Map<string, string>();
  for (const entry of entries) {
    if ('table' in entry && !Array.isArray(entry.chunks)) return null;
    switch (entry.entry) {
      case 'segment':
        tables.set(entry.table, {placed: true, whole: null, chunks: [...tables.get(entry.table)?.chunks ?? [], ...entry.chunks], done: entry.done});
        break;
      case 'reset':
        tables.set(entry.table, {placed: true, whole: null, chunks: entry.chunks, done: false});
        break;
      case 'made':
        tables.set(entry.table, {placed: entry.placed, whole: entry.whole, chunks: entry.chunks, done: true});
        break;
      case 'dependencies':
        dependencies = new Map(Object.entries(entry.digests));
        break;
      default: return null;
    }
  }
  return {token: header.token, startedAt: header.startedAt, tables, dependencies};
}

export const beginUnfinished = (log: ProgressLog, header: Omit<Header, 'entry'>) => log.append({entry: 'run', ...header} satisfies Header);
export const noteSegment = (log: ProgressLog, segment: Omit<Segment, 'entry'>) => log.append({entry: 'segment', ...segment} satisfies Segment);
export const noteMade = (log: ProgressLog, made: Omit<Made, 'entry'>) => log.append({entry: 'made', ...made} satisfies Made);
export const noteReset = (log: ProgressLog, reset: Omit<Reset, 'entry'>) => log.append({entry: 'reset', ...reset} satisfies Reset);
export const noteDependencies = (log: ProgressLog, digests: ReadonlyMap<string, string>) =>
  log.append({entry: 'dependencies', digests: Object.fromEntries(digests)} satisfies Dependencies);
