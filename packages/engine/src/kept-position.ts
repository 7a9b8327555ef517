import {createHash} from 'node:crypto';
import {ErrorCode, PipelineError, type Position, type Source} from '@sluice/core';
import {changedSource} from './changed-source.ts';
import type {PlannedTable} from './plan.ts';
import type {CopyRequest} from './request.ts';

/**
 * A text that is another one when rows of this table come from another source, by another cursor or condition, or
 * by other rules: then a position that stands beside them says nothing of what this run would read. Holds no data.
 */
export async function stampOf({source: schema, rows}: PlannedTable, {source, transforms = []}: CopyRequest, signal: AbortSignal): Promise<string> {
  const identity = source.identity ? (await source.identity(signal)).id : `${source.kind}:${source.label}`;
  const rules = transforms.map(transform => [transform.name, transform.fingerprint?.(schema) ?? null]);
  return createHash('sha256').update(JSON.stringify([identity, schema.table, rows ?? null, rules])).digest('hex').slice(0, 16);
}

/** The source, which has said which one it is: whoever asks later, while tables are read, needs no connection for it. Throws as `identity`. */
export async function knownSource(source: Source, signal: AbortSignal): Promise<Source> {
  if (!source.identity) return source;
  const identity = await source.identity(signal);
  return changedSource(source, {identity: async () => identity});
}

/** As it is kept beside the rows. Null keeps nothing. */
export function stamped(stamp: string, position: Position | null): Position | null {
  return position === null ? null : `${stamp}:${position}` as Position;
}

/** The source's own part of what is kept; null for nothing. Throws SCHEMA when it has another stamp. */
export function unstamped(kept: Position | null, stamp: string, table: string): Position | null {
  if (kept === null) return null;
  if (!kept.startsWith(`${stamp}:`)) {
    throw new PipelineError(ErrorCode.SCHEMA, `rows of table ${table} at the destination come from another source, or by another cursor, condition or rules`, {
      table, remedy: 'run as before, or copy it with mode replace once',
    });
  }
  const position = kept.slice(stamp.length + 1);
  return position === '' ? null : position as Position;
}

/** Says only by which rules and from where the rows come. */
export const STAMP_ONLY = '' as Position;
