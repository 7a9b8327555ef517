import {constants} from 'node:fs';
import {access, lstat, mkdir, open, realpath, stat, type FileHandle} from 'node:fs/promises';
import {basename, dirname, join, resolve, sep} from 'node:path';
import {ErrorCode, PipelineError, type Destination, type QuarantinedRow, type Schema} from '@sluice/core';
import type {Quarantine} from '@sluice/engine';
import {quarantineLine} from './quarantine-line.ts';

/** Keeps rows in a file of this run, JSON Lines that only its owner can read; there is none before the first row. */
export class QuarantineFile implements Quarantine, AsyncDisposable {
  readonly #folder: string;
  readonly #stem: string;
  #place: string | null = null;
  #file: FileHandle | null = null;
  #last: Promise<void> = Promise.resolve();

  private constructor(folder: string, stem: string) {
    this.#folder = folder;
    this.#stem = stem;
  }

  /**
   * Makes the folder, so that a run that cannot keep rows fails before it reads one. Throws WRITE when it cannot be
   * made, CONFIG when it lies in the folder that the destination fills: there it would be taken for data that was released.
   */
  static async prepare(folder: string, destination: Destination, startedAt: Date): Promise<QuarantineFile> {
    try {
      await refuseWithin(folder, destination);
      await mkdir(folder, {recursive: true, mode: 0o700});
    } catch (error) {
      throw writeError(folder, error);
    }
    return new QuarantineFile(folder, startedAt.toISOString().replaceAll(':', '-'));
  }

  /** Throws as `prepare` would, and makes nothing. */
  static async check(folder: string, destination: Destination): Promise<void> {
    try {
      await refuseWithin(folder, destination);
      await refuseUnwritable(resolve(folder));
    } catch (error) {
      throw writeError(folder, error);
    }
  }

  get place(): string {
    return this.#place ?? this.#folder;
  }

  async keep(schema: Schema, rows: readonly QuarantinedRow[]): Promise<void> {
    // Tables that are copied at the same time share the file: one line after the other.
    const kept = this.#last.then(() => this.#append(rows.map(row => quarantineLine(schema, row)).join('')));
    this.#last = kept.catch(() => {});
    await kept;
  }

  async sync(): Promise<void> {
    try {
      await this.#file?.sync();
    } catch (error) {
      throw writeError(this.place, error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last;
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  async #append(lines: string): Promise<void> {
    try {
      this.#file ??= await this.#create();
      await this.#file.appendFile(lines);
    } catch (error) {
      throw writeError(this.place, error);
    }
  }

  /** Never a file that is there: another run's rows stay as they are. */
  async #create(): Promise<FileHandle> {
    for (let n = 1; ; n++) {
      const place = join(this.#folder, `${this.#stem}${n === 1 ? '' : `-${n}`}.jsonl`);
      if (await lstat(place).then(() => true, () => false)) continue;
      const file = await open(place, 'ax', 0o600);
      this.#place = place;
      // The name of a new file is durable once its folder is.
      const folder = await open(this.#folder, 'r');
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
      return file;
    }
  }
}

async function refuseWithin(folder: string, destination: Destination): Promise<void> {
  if (destination.folder === undefined || !await isWithin(folder, destination.folder)) return;
  throw new PipelineError(ErrorCode.CONFIG, `rows that are set aside cannot be kept in ${folder}: it lies in ${destination.label}`, {remedy: 'name another folder with --quarantine'});
}

/** Looks at the folder, or at the nearest one above it that is there and would have to take it. */
async function refuseUnwritable(folder: string): Promise<void> {
  try {
    if (!(await stat(folder)).isDirectory()) throw Object.assign(new Error('no folder'), {code: 'ENOTDIR'});
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(folder) === folder) throw error;
    await refuseUnwritable(dirname(folder));
  }
}

async function isWithin(inner: string, outer: string): Promise<boolean> {
  const [real, at] = [await realPlace(outer), await realPlace(inner)];
  return at === real || at.startsWith(real.endsWith(sep) ? real : real + sep);
}

/** Where a path leads, whether all of it is there yet or not. */
async function realPlace(path: string): Promise<string> {
  const whole = resolve(path);
  try {
    return await realpath(whole);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(whole) === whole) throw error;
    return join(await realPlace(dirname(whole)), basename(whole));
  }
}

function writeError(place: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error && !(error instanceof PipelineError) ? String(error.code) : null;
  return code === null ? error : new PipelineError(ErrorCode.WRITE, `cannot keep rows that are set aside in ${place} (${code})`, {remedy: 'see that the folder can be written and has room, or name another with --quarantine'});
}
