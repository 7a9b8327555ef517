import {ErrorCode, must, PipelineError, type RangeDigest, type ReadLimits, type Source} from '@sluice/core';
import type {MoveContext} from './move-table.ts';
import {withSourceDigests, type Segment} from './progress.ts';
import type {RefreshJob} from './request.ts';
import type {Chunk} from './base.ts';

/** Ranges that are compared in one transaction: as many rows as a segment has, and not the whole table. */
const RANGES_AT_ONCE = 32;

/**
 * Reading without a long transaction at the source: each segment of a table is read, and digested as the source has it, in a snapshot of its own, which is
 * let go before the next one. What changed meanwhile is found by those digests afterwards.
 */
export class ChunkedReading implements NonNullable<MoveContext['progress']> {
  readonly told = true;
  readonly due = false;
  /** The same source, whose comparing takes one snapshot after the other, too. */
  readonly source: Source;
  readonly #job: RefreshJob;
  readonly #limits: ReadLimits;
  readonly #signal: AbortSignal;

  constructor(job: RefreshJob, limits: ReadLimits, signal: AbortSignal) {
    this.#job = job;
    this.#limits = limits;
    this.#signal = signal;
    this.source = comparingInParts(job.source, () => this.letGo());
  }

  async letGo(): Promise<void> {
    await must(this.#job.source.letGo, 'a source that lets its snapshot go').call(this.#job.source);
  }

  /** Digests the chunks in the snapshot they were read from, and lets it go. */
  async segment({read, after, chunks}: Segment): Promise<readonly Chunk[]> {
    const [digested = []] = await withSourceDigests(this.#job, read, [{after, chunks}], this.#limits, this.#signal);
    await this.letGo();
    if (digested.some(({sourceDigest}) => sourceDigest === null)) throw incomparable(read.table);
    return digested;
  }
}

/** Of a table whose rows cannot be told to be the same as before. */
export function incomparable(table: string): PipelineError {
  return new PipelineError(ErrorCode.SCHEMA, `table ${table} cannot be read in chunks: the source cannot tell whether its rows changed meanwhile`, {
    table, remedy: 'leave out the columns that it cannot compare, or use --consistency snapshot',
  });
}

function comparingInParts(source: Source, letGo: () => Promise<void>): Source {
  const digestRanges: Source['digestRanges'] = async (requests, signal, onTable) => {
    const results: RangeDigest[][] = [];
    for (const [i, {schema, ranges}] of requests.entries()) {
      const digests: RangeDigest[] = [];
      for (let at = 0; at < ranges.length; at += RANGES_AT_ONCE) {
        const [some = []] = await must(source.digestRanges, 'digests').call(source, [{schema, ranges: ranges.slice(at, at + RANGES_AT_ONCE)}], signal);
        digests.push(...some);
        await letGo();
      }
      results.push(digests);
      onTable?.(i);
    }
    return results;
  };
  return new Proxy(source, {
    get(target, name) {
      if (name === 'digestRanges') return digestRanges;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
