import type {KeyRange, RangeDigest, ReadLimits, Schema} from '@sluice/core';
import type {Chunk} from './base.ts';
import type {RefreshJob} from './request.ts';
import {digestRanges, everything} from './source-digests.ts';
import {beginUnfinished, noteDependencies, noteMade, noteReset, noteSegment, type Header} from './unfinished.ts';

/** Rows that are committed: chunks that follow one another from a position on. */
export interface Segment {
  readonly read: Schema;
  readonly after: KeyRange['after'];
  readonly chunks: readonly Chunk[];
  /** The table is whole. */
  readonly done: boolean;
}

/** A table that is whole. */
export interface MadeTable {
  readonly read: Schema;
  readonly chunks: readonly Chunk[];
  readonly placed: boolean;
  /** Digest of the whole table at the source, where that is all there is. */
  readonly whole: string | null;
  /** Whether its chunks were told as segments already. */
  readonly told: boolean;
}

/**
 * Tells the progress log what a full run has done. For the first `keepAfterMs` it only remembers: a run
 * that ends by then is not worth comparing its rows at the source. What it remembers is a few hundred bytes a batch.
 */
export class Progress {
  readonly #job: RefreshJob;
  readonly #limits: ReadLimits;
  readonly #signal: AbortSignal;
  readonly #header: Omit<Header, 'entry'>;
  readonly #elapsedMs: () => number;
  #held: (() => Promise<void>)[] | null;

  constructor(job: RefreshJob, limits: ReadLimits, header: Omit<Header, 'entry'>, elapsedMs: () => number, signal: AbortSignal) {
    this.#job = job;
    this.#limits = limits;
    this.#header = header;
    this.#elapsedMs = elapsedMs;
    this.#signal = signal;
    this.#held = [];
  }

  /** Begins the log, at once where nothing is held back. Throws WRITE. */
  async begin(): Promise<void> {
    await this.#flush();
  }

  /** What comes follows what a crashed run had told. */
  goOn(): void {
    this.#held = null;
  }

  /** Whether something that is only remembered should be told now: whoever reads had better stop for it. */
  get due(): boolean {
    return this.#held !== null && this.#elapsedMs() >= (this.#job.keepAfterMs ?? 0);
  }

  /** Whether everything is told at once: then it needs the digests of the source at once, too. */
  get told(): boolean {
    return this.#held === null;
  }

  /** Resolves with the chunks as the next run will compare them. */
  async segment(segment: Segment): Promise<readonly Chunk[]> {
    const {read, after, chunks, done} = segment;
    const tell = async () => {
      const [digested = []] = await withSourceDigests(this.#job, read, [{after, chunks}], this.#limits, this.#signal);
      await noteSegment(this.#job.progressLog, {table: read.table, chunks: digested, done});
      return digested;
    };
    if (this.#held === null) return await tell();
    this.#held.push(async () => void await tell());
    await this.#flush();
    return chunks;
  }

  async made({read, chunks, placed, whole, told}: MadeTable): Promise<void> {
    const {table} = read;
    // Its segments say the same of a table that was read from its beginning to its end.
    if (told && placed && whole === null) return;
    await this.#tell(async () => noteMade(this.#job.progressLog, {table, chunks, placed, whole: whole ?? await wholeDigest(this.#job, read, this.#limits, this.#signal)}));
  }

  async reset(table: string, chunks: readonly Chunk[]): Promise<void> {
    await this.#tell(() => noteReset(this.#job.progressLog, {table, chunks}));
  }

  async dependencies(digests: () => Promise<ReadonlyMap<string, string>>): Promise<void> {
    await this.#tell(async () => noteDependencies(this.#job.progressLog, await digests()));
  }

  async #tell(entry: () => Promise<void>): Promise<void> {
    if (this.#held === null) return await entry();
    this.#held.push(entry);
    await this.#flush();
  }

  async #flush(): Promise<void> {
    if (!this.due) return;
    const held = this.#held!;
    this.#held = null;
    await beginUnfinished(this.#job.progressLog, this.#header);
    for (const tell of held) await tell();
  }
}

/** Of a table without ranges, as the source has it. Null when that cannot be told. */
export async function wholeDigest({source}: RefreshJob, read: Schema, limits: ReadLimits, signal: AbortSignal): Promise<string | null> {
  const [digests] = await digestRanges(source, [{schema: read, ranges: [everything]}], limits, signal);
  return digests![0]!.digest;
}

/** Chunks that follow one another from a position on, with what the source says of their rows. */
export async function withSourceDigests(
  {source}: RefreshJob, read: Schema, pieces: readonly Pick<Segment, 'after' | 'chunks'>[], limits: ReadLimits, signal: AbortSignal,
): Promise<(readonly Chunk[])[]> {
  if (!source.digestRanges) return pieces.map(({chunks}) => chunks); // digested as they went by
  const ranges = pieces.flatMap(({after, chunks}) => chunks.map(({until}, i): KeyRange => ({after: i === 0 ? after : chunks[i - 1]!.until, until})));
  const [digests] = await digestRanges(source, [{schema: read, ranges}], limits, signal);
  const next = (digests as readonly RangeDigest[])[Symbol.iterator]();
  return pieces.map(({chunks}) => chunks.map(chunk => {
    const {rows, digest} = next.next().value!;
    // From one snapshot they are equal; a source without snapshots may have moved on: then nothing is known.
    return {...chunk, sourceDigest: rows === chunk.sourceRows ? digest : null};
  }));
}
