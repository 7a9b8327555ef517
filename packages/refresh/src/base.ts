import {
  ErrorCode, PipelineError, type FileSeal, type KeyRange, type Omission, type Place, type Position, type Schema, type SourceIdentity, type StoredObject,
} from '@sluice/core';
import type {ChunkLosses} from './chunk-losses.ts';

/** What one batch of a read brought: rows that lie together at both ends. */
export interface Chunk {
  /** The source's position of its last row; null for the last chunk, which is open, and for tables without a key. */
  readonly until: Position | null;
  readonly sourceRows: number;
  /** Of the rows as the source has them; null when they have to count as changed. */
  readonly sourceDigest: string | null;
  /** Null for a chunk without rows, and in tables whose rows have no places. */
  readonly place: Place | null;
  readonly rows: number;
  /** Of the rows as they were written. */
  readonly digest: string;
  /** Absent: no rule for losses was used. */
  readonly losses?: ChunkLosses;
}

/** Columns of another table that values came from. */
export interface Dependency {
  readonly table: string;
  readonly columns: readonly string[];
  readonly ranges: readonly KeyRange[];
  readonly digest: string;
}

/** One table as the last run left it. */
export interface TableBase {
  /** As the source had it. */
  readonly schema: Schema;
  /** As it was written. */
  readonly out: Schema;
  readonly target: string;
  readonly read: readonly string[];
  readonly rules: string;
  readonly form: string;
  readonly dependencies: readonly Dependency[];
  /** The source has it in ranges; otherwise `whole` is all that is known of its rows there. */
  readonly keyed: boolean;
  readonly whole: string | null;
  /** Its rows have places; otherwise it is one chunk, with a digest that does not depend on the order. */
  readonly placed: boolean;
  readonly patchable: boolean;
  /** Its rows were read back after they were written, and equal. */
  readonly verified: boolean;
  readonly chunks: readonly Chunk[];
  /** What could not be made of it when it was written last. */
  readonly late: readonly Omission[];
}

/** What a run leaves for the next one. Positions are key values: it stays on the source's side. */
export interface Base {
  readonly tool: string;
  readonly startedAt: string;
  readonly source: SourceIdentity;
  readonly snapshot: string | null;
  readonly file: FileSeal | null;
  readonly objects: readonly StoredObject[];
  readonly views: string;
  readonly lateViews: readonly Omission[];
  readonly receipt: {readonly sequence: number; readonly hash: string; readonly text: string} | null;
  readonly tables: ReadonlyMap<string, TableBase>;
}

/** A base as texts, which is how it is stored. */
export interface StoredBase {
  readonly head: string;
  readonly tables: ReadonlyMap<string, string>;
}

const FORMAT = 'sluice.base/1';

type Head = Omit<Base, 'tables'> & {readonly format: string};

export function encodeHead({tables: _, ...head}: Base): string {
  return JSON.stringify({format: FORMAT, ...head} satisfies Head);
}

export const encodeTable = (table: TableBase): string => JSON.stringify(table);

/** Throws CONFIG for what another version wrote, and for what is no base. */
export function decodeHead(text: string): Omit<Base, 'tables'> {
  const head = record(text) as Head;
  if (head.format !== FORMAT) {
    throw new PipelineError(ErrorCode.CONFIG, `the state of the last run has format ${String(head.format).slice(0, 40)}, this version of Sluice knows ${FORMAT}`, {
      remedy: 'use the version that wrote it, or rebuild with bulk',
    });
  }
  if (typeof head.source?.id !== 'string' || !Array.isArray(head.objects)) throw damaged();
  const {format: __, ...rest} = head;
  return rest;
}

export function decodeBase({head, tables}: StoredBase): Base {
  return {...decodeHead(head), tables: new Map([...tables].map(([name, text]) => [name, decodeTable(text)]))};
}

/** What is no object was not written by `encodeHead` or `encodeTable`. The cause is not told: the parser quotes what it was given. */
function record(text: string): object {
  let found: unknown = null;
  try {
    found = JSON.parse(text);
  } catch {
    // not JSON: no object either
  }
  if (typeof found === 'object' && found !== null) return found;
  throw damaged();
}

const damaged = () => new PipelineError(ErrorCode.CONFIG, 'the state of the last run is damaged', {remedy: 'rebuild with bulk: it does not need the state'});

function decodeTable(text: string): TableBase {
  const table = record(text) as TableBase;
  if (Array.isArray(table.chunks) && Array.isArray(table.dependencies) && Array.isArray(table.schema?.columns)) return table;
  throw damaged();
}

/** The ranges of a table's chunks at the source, in order. */
export function rangesOf(chunks: readonly Chunk[]): KeyRange[] {
  return chunks.map(({until}, i) => ({after: i === 0 ? null : chunks[i - 1]!.until, until}));
}

export const rowsOf = (chunks: readonly Chunk[]): number => chunks.reduce((sum, {rows}) => sum + rows, 0);

export const placesOf = (chunks: readonly Chunk[]): Place[] => chunks.flatMap(({place}) => (place === null ? [] : [place]));
