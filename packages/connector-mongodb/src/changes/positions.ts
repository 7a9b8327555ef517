import {ErrorCode, PipelineError, type Position} from '@sluice/core';
import type {LogTime} from './log-time.ts';

/** Where reading ended, per kind of feed. As text it is JSON. */
export type LogPosition =
  /** The time of the last entry that was read, per shard; `logs`: `DB.COLLECTION` of those whose log is not `local.oplog.rs`. */
  | {readonly oplog: Readonly<Record<string, LogTime>>; readonly logs?: Readonly<Record<string, string>>}
  | {readonly changeStream: StreamStart};

export type StreamStart =
  /** Behind this token, which is Extended JSON. */
  | {readonly after: string}
  /** No event was seen yet: the first time that counts. */
  | {readonly from: LogTime};

export type FeedKind = 'oplog' | 'change streams';

export const printPosition = (position: LogPosition): Position => JSON.stringify(position) as Position;

/** Which kind of feed made a position. Throws CONFIG when none did that is known here. */
export function kindOfPosition(position: Position): FeedKind {
  return 'oplog' in parsePosition(position) ? 'oplog' : 'change streams';
}

/** Reads a position back. Throws CONFIG when it is of another shape, as one of a later version may be. */
export function parsePosition(position: Position): LogPosition {
  let parsed: unknown;
  try {
    parsed = JSON.parse(position);
  } catch {
    throw strange();
  }
  if (!isRecord(parsed)) throw strange();
  const {oplog, logs, changeStream, ...others} = parsed;
  if (Object.keys(others).length > 0 || (oplog === undefined) === (changeStream === undefined)) throw strange();
  if (isRecord(oplog) && Object.keys(oplog).length > 0 && Object.values(oplog).every(isTime) && areNames(logs)) {
    return {oplog: oplog as Record<string, LogTime>, ...(logs !== undefined && {logs})};
  }
  if (logs === undefined && isRecord(changeStream) && Object.keys(changeStream).length === 1) {
    const {after, from} = changeStream;
    if (typeof after === 'string') return {changeStream: {after}};
    if (isTime(from)) return {changeStream: {from}};
  }
  throw strange();
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

const areNames = (value: unknown): value is Readonly<Record<string, string>> | undefined => value === undefined || (isRecord(value) && Object.values(value).every(name => typeof name === 'string'));

function isTime(value: unknown): value is LogTime {
  return isRecord(value) && Object.keys(value).length === 2 && isUint32(value['t']) && isUint32(value['i']);
}

const isUint32 = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff_ffff;

function strange(): PipelineError {
  return new PipelineError(ErrorCode.CONFIG, 'the saved position in the log of MongoDB is of a shape that is not known here', {
    remedy: 'go on with the version that saved it, or load again',
  });
}
