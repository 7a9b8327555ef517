import {ErrorCode, PipelineError, type Position} from '@sluice/core';
import type {LogTime} from './log-time.ts';

/** Where reading ended, per kind of feed. As text it is JSON. */
export type LogPosition =
  /** The time of the last entry that was read, per shard. */
  | {readonly oplog: Readonly<Record<string, LogTime>>}
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
  if (!isRecord(parsed) || Object.keys(parsed).length !== 1) throw strange();
  const {oplog, changeStream} = parsed;
  if (isRecord(oplog) && Object.keys(oplog).length > 0 && Object.values(oplog).every(isTime)) return {oplog: oplog as Record<string, LogTime>};
  if (isRecord(changeStream) && Object.keys(changeStream).length === 1) {
    const {after, from} = changeStream;
    if (typeof after === 'string') return {changeStream: {after}};
    if (isTime(from)) return {changeStream: {from}};
  }
  throw strange();
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

function isTime(value: unknown): value is LogTime {
  return isRecord(value) && Object.keys(value).length === 2 && isUint32(value['t']) && isUint32(value['i']);
}

const isUint32 = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff_ffff;

function strange(): PipelineError {
  return new PipelineError(ErrorCode.CONFIG, 'the saved position in the log of MongoDB is of a shape that is not known here', {
    remedy: 'go on with the version that saved it, or load again',
  });
}
