import {setTimeout as after} from 'node:timers/promises';
import type {Batch, ReadRequest, Source} from '@sluice/core';
import {changedSource} from './changed-source.ts';
import {systemClock, type Clock} from './request.ts';

/** What a pace waits by; tests inject their own. */
export interface PaceTime extends Pick<Clock, 'monotonic'> {
  wait(ms: number, signal: AbortSignal): Promise<unknown>;
}

const systemTime: PaceTime = {monotonic: systemClock.monotonic, wait: (ms, signal) => after(ms, undefined, {signal})};

/**
 * The source at a pace: over all its tables, and all who read them at the same time, at most so many rows a second. What was read faster than that
 * is waited for before the next batch is asked for, so that the server is asked for nothing meanwhile. Digests and profiles that the server
 * computes are not rows: they take their time.
 */
export function pacedSource(source: Source, rowsPerSecond: number, time: PaceTime = systemTime): Source {
  /** When the rows that were read so far would have been read at the pace. */
  let due = time.monotonic();
  // A batch is no more than a second's rows: smaller waits, and more of them.
  const smaller = (request: ReadRequest): ReadRequest => ({...request, maxRows: Math.max(1, Math.min(request.maxRows, Math.ceil(rowsPerSecond)))});
  async function* paced(batches: AsyncIterable<Batch>, signal: AbortSignal): AsyncGenerator<Batch> {
    for await (const batch of batches) {
      due = Math.max(due, time.monotonic()) + batch.rows.length / rowsPerSecond * 1000;
      yield batch;
      const early = due - time.monotonic();
      if (early > 0) await time.wait(early, signal);
    }
  }
  const slow = (it: Source): Source => changedSource(it, {
    read: (request, signal) => paced(it.read(smaller(request), signal), signal),
    ...(it.readTogether && {readTogether: (requests, signal) => it.readTogether!(requests.map(smaller), signal).map(batches => paced(batches, signal))}),
    ...(it.fork && {fork: async (count, signal) => (await it.fork!(count, signal)).map(slow)}),
    // Bytes that pass through are not counted as they go: rows are read instead.
    rawFormat: async () => null,
    encodes: async () => false,
  });
  return slow(source);
}
