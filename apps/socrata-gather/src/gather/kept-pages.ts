import {createHash} from 'node:crypto';
import {rm, stat} from 'node:fs/promises';
import {dirname, join, resolve} from 'node:path';
import {promisify} from 'node:util';
import {gunzip, gzip} from 'node:zlib';
import type {KeptSoFar, PageKeep} from '@sluice/connector-socrata';
import {must, type Logger} from '@sluice/core';
import {EntryFile, type Found} from './entry-file.ts';
import {contentOf, FORMAT, rowsOf, type Content, type Head, type Page, type PageEnd, type Part, type Piece} from './kept-content.ts';

/** Texts of rows become a seventh (200,000 of the pet-licence shape: 9 MB), for 4 µs a row on another thread (2026-11-30). */
const LEVEL = 1;

/** A run that keeps its pages. */
export interface KeepingRun {
  readonly startedAt: string;
  /** The greatest `:updated_at` of the data set before it. */
  readonly watermark: string | null;
}

/**
 * The pages of a full load, or of one that looks for deletions, in a file beside the state: a run that dies or fails leaves it, and the next one that reads everything
 * goes on behind the last page of it, whatever kind its target is. A file that cannot be written fails no run: it is told once, and is gone then.
 */
export class KeptPages implements PageKeep, AsyncDisposable {
  readonly #path: string;
  readonly #run: KeepingRun;
  readonly #logger: Logger;
  readonly #tell: (what: string) => void;
  #file: EntryFile | null = null;
  #content: Content | null = null;
  /** Of the content: what comes next. */
  #next = 0;
  #writing: Promise<void> = Promise.resolve();
  #isBroken = false;
  #watermark: string | null;

  /** `tell` hears from where a run goes on, and why it does not. */
  constructor(path: string, run: KeepingRun, logger: Logger, tell: (what: string) => void) {
    this.#path = path;
    this.#run = run;
    this.#watermark = run.watermark;
    this.#logger = logger;
    this.#tell = tell;
  }

  /** Up to which `:updated_at` all rows are there: of the run that read the first of them. */
  get watermark(): string | null {
    return this.#watermark;
  }

  async find(work: string): Promise<KeptSoFar | null> {
    const content = await this.#open();
    const last = content?.pages.at(-1);
    if (!content || !last) return null;
    if (content.head.work !== hashOf(work)) {
      this.#tell(`what the run of ${content.head.startedAt} had read is not gone on with: data set, columns, filter, size of pages or user are others`);
      return null;
    }
    this.#content = content;
    return {rows: rowsOf(content), last: last.last, lastUpdated: content.lastUpdated};
  }

  async goOn(lastUpdated: string | null): Promise<void> {
    const content = must(this.#content, 'pages that were found');
    this.#watermark = content.head.watermark;
    if (content.head.startedAt !== this.#run.startedAt) this.#tell(`went on behind ${rowsOf(content).toLocaleString('en-US')} rows that were read since the run of ${content.head.startedAt}`);
    await this.#guarded(async () => {
      await this.#file?.cut(content.end);
      await this.#part(lastUpdated);
    });
    this.#content = {...content, lastUpdated};
  }

  async begin(work: string, lastUpdated: string | null, why: string | null): Promise<void> {
    await this.forget(why);
    const {startedAt, watermark} = this.#run;
    await this.#guarded(async () => {
      this.#file = await EntryFile.create(this.#path);
      await this.#file.append({format: FORMAT, work: hashOf(work), startedAt, watermark, lastUpdated} satisfies Head);
    });
  }

  async forget(why: string | null): Promise<void> {
    if (why !== null && this.#content) this.#tell(`of ${rowsOf(this.#content).toLocaleString('en-US')} rows that were read since the run of ${this.#content.head.startedAt}, ${why}: everything is read anew`);
    this.#content = null;
    this.#watermark = this.#run.watermark;
    await this.done();
  }

  /** All of it is live: nobody has to go on with it. */
  async done(): Promise<void> {
    await this.#close();
    await this.#guarded(() => rm(this.#path, {force: true}));
  }

  page(query: string): AsyncIterable<string> | null {
    const kept = this.#content?.pages[this.#next];
    if (!kept || this.#isBroken || kept.query !== hashOf(query)) return null;
    this.#next++;
    return this.#textsOf(kept);
  }

  async add(text: string): Promise<void> {
    // One at a time is compressed while the next rows come: so much is held beside them.
    await this.#writing;
    this.#writing = this.#guarded(async () => {
      await this.#leaveRest();
      await this.#file?.append({entry: 'piece'} satisfies Piece, await promisify(gzip)(text, {level: LEVEL}));
    });
  }

  async end(query: string, {rows, last}: {readonly rows: number; readonly last: string}): Promise<void> {
    await this.#writing;
    await this.#guarded(async () => {
      await this.#file?.append({entry: 'page', query: hashOf(query), rows, last} satisfies PageEnd);
    });
  }

  /** Whether something is there to go on with. */
  async isThere(): Promise<boolean> {
    return await stat(this.#path).then(() => true, () => false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  async *#textsOf({pieces}: Page): AsyncGenerator<string> {
    for (const each of pieces) {
      const text = await this.#textOf(each);
      // As a page that breaks off: the portal is asked for what lies behind what came.
      if (text === null) return;
      yield text;
    }
  }

  async #textOf(found: Found): Promise<string | null> {
    let text: string | null = null;
    await this.#guarded(async () => { text = String(await promisify(gunzip)(await must(this.#file, 'a file of pages').bytesOf(found))); });
    return text;
  }

  /** Pages that nobody asked for do not follow those that were given: what comes takes their place. */
  async #leaveRest(): Promise<void> {
    const content = this.#content;
    if (!content || this.#next === content.pages.length) return;
    const pages = content.pages.slice(0, this.#next);
    this.#content = {...content, pages};
    await this.#file?.cut(pages.at(-1)?.end ?? content.begin);
    await this.#part(content.lastUpdated);
  }

  async #part(lastUpdated: string | null): Promise<void> {
    await this.#file?.append({entry: 'part', lastUpdated} satisfies Part);
  }

  /** What is there now; null: nothing that could be gone on with. */
  async #open(): Promise<Content | null> {
    await this.#close();
    [this.#content, this.#next, this.#watermark] = [null, 0, this.#run.watermark];
    let content: Content | null = null;
    await this.#guarded(async () => {
      this.#file = await EntryFile.open(this.#path);
      content = this.#file && contentOf(this.#file.entries);
    });
    return content;
  }

  async #close(): Promise<void> {
    await this.#writing;
    const file = this.#file;
    this.#file = null;
    await file?.[Symbol.asyncDispose]();
  }

  async #guarded(act: () => Promise<void>): Promise<void> {
    if (this.#isBroken) return;
    try {
      await act();
    } catch (error) {
      // The file system's, and those of zlib for bytes that are damaged.
      if (!(error instanceof Error) || !('code' in error) || !/^(?:E[A-Z0-9]+$|Z_)/.test(String(error.code))) throw error;
      this.#isBroken = true;
      this.#logger.warn(`${this.#path} cannot be used (${String(error.code)}): when this run does not come to its end, the next one reads everything anew`);
      const file = this.#file;
      this.#file = null;
      await file?.[Symbol.asyncDispose]().catch(() => {});
      await rm(this.#path, {force: true}).catch(() => {});
    }
  }
}

/** Where the pages of a topic lie: beside the state file, as the rows that they hold may be for few. */
export const pagesPath = (stateFile: string, topic: string): string => join(dirname(resolve(stateFile)), 'pages', `${hashOf(topic)}.pages`);

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
