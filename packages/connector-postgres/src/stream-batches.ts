import {ErrorCode, PipelineError} from '@sluice/core';
import {PostgresTextReader} from '@sluice/csv-staging';
import {placed, type Place} from './errors.ts';
import {pullCopy} from './pull-copy.ts';
import type {Fields} from './read-plan.ts';
import type {Session} from './session.ts';

export interface StreamRequest {
  readonly sql: string;
  /** The place, for errors. */
  readonly where: Place;
  readonly maxRows: number;
  readonly maxBytes: number;
}

/** Rows of a COPY in the text format, by the batch. See `pullCopy`. */
export function streamBatches(session: Session, request: StreamRequest, signal: AbortSignal): AsyncGenerator<Fields[]> {
  const {maxRows, maxBytes, where} = request;
  let filling: Fields[] = [];
  let bytes = 0;
  let read = 0;
  let give: (batch: Fields[]) => void = () => {};
  const reader = new PostgresTextReader((fields, size) => {
    filling.push(fields);
    read++;
    bytes += size;
    if (filling.length < maxRows && bytes < maxBytes) return;
    give(filling);
    filling = [];
    bytes = 0;
  });
  return pullCopy<Fields[]>(session, request, {
    add(chunk, _messages, ready) {
      give = ready;
      reader.push(chunk);
    },
    last() {
      reader.end();
      return filling.length > 0 ? filling : null;
    },
    place: error => error instanceof PipelineError && error.code === ErrorCode.VALUE ? placed(error, where, read) : error,
  }, signal);
}
