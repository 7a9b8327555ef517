import {setTimeout as sleep} from 'node:timers/promises';
import {PipelineError} from '@sluice/core';
import {Passing} from './errors.ts';

/** Clock and chance, so that tests can have their own. */
export interface Timing {
  /** Rejects when aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** From 0 up to 1. */
  random(): number;
  /** Milliseconds since 1970. */
  now(): number;
}

export const systemTiming: Timing = {
  wait: async (ms, signal) => { await sleep(ms, undefined, {signal}); },
  random: () => Math.random(),
  now: () => Date.now(),
};

/** Requests in a row without progress. */
const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A server that wants more than this is not waited for. */
const LONGEST_WANTED_MS = 10 * 60_000;

/** Attempts at one thing, with longer and longer pauses between them, half of each by chance, so that many clients do not come back at once. */
export class Attempts {
  readonly #timing: Timing;
  #failed = 0;

  constructor(timing: Timing) {
    this.#timing = timing;
  }

  /** Something came: the count begins anew. */
  progress(): void {
    this.#failed = 0;
  }

  /** Resolves when it is time to try again; rejects with the error where that is of no use, or not for now. */
  async pause(error: unknown, signal: AbortSignal): Promise<void> {
    if (!(error instanceof Passing)) throw error;
    if (++this.#failed >= ATTEMPTS) throw withCount(error.error, this.#failed);
    if (error.waitMs !== null && error.waitMs > LONGEST_WANTED_MS) {
      throw again(error.error, `${error.error.message}; it wants ${Math.ceil(error.waitMs / 60_000)} minutes of quiet`);
    }
    const most = Math.min(FIRST_PAUSE_MS * 2 ** (this.#failed - 1), LONGEST_PAUSE_MS);
    await this.#timing.wait(error.waitMs ?? Math.round(most * (0.5 + this.#timing.random() / 2)), signal);
  }

  /** The result of an attempt that succeeds. */
  async until<Result>(attempt: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        signal.throwIfAborted();
        await this.pause(error, signal);
      }
    }
  }
}

const withCount = (error: PipelineError, count: number) => again(error, `${error.message}; ${count} attempts`);

function again(error: PipelineError, message: string): PipelineError {
  return new PipelineError(error.code, message, {...error.context, retryable: true, ...(error.remedy !== undefined && {remedy: error.remedy}), ...(error.native !== undefined && {native: error.native})});
}

/** `Retry-After`: seconds, or a date, which is taken by the server's own clock where it shows it; null where it says neither. */
export function retryAfterMs(header: string | undefined, serverDate: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  const shown = Date.parse(serverDate ?? '');
  return Number.isNaN(date) ? null : Math.max(0, date - (Number.isNaN(shown) ? now : shown));
}
