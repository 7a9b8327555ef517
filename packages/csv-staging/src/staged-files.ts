import {open, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {FileSink, writing} from './file-sink.ts';

export interface StagingOptions {
  readonly folder: string;
  /** Name of the n-th file, n from 0; a name that ends in `.gz` is compressed. */
  readonly name: (n: number) => string;
  /** A file is closed once it holds this many bytes as written, before compression. */
  readonly maxBytes: number;
  readonly maxRows: number;
}

export interface StagedFile {
  readonly path: string;
  readonly rows: number;
  /** Its length on the disk. */
  readonly bytes: number;
}

/**
 * Files of limited size for a bulk loader, each complete under its name from the first moment:
 * written to a temporary name, fsynced, renamed. Throws WRITE.
 */
export class StagedFiles implements AsyncDisposable {
  readonly #options: StagingOptions;
  readonly #done: StagedFile[] = [];
  #open: {readonly sink: FileSink; readonly path: string; readonly temporary: string; rows: number; bytes: number} | null = null;

  constructor(options: StagingOptions) {
    this.#options = options;
  }

  /** Appends whole rows; they stay together in one file. */
  async write(bytes: Uint8Array, rows: number): Promise<void> {
    const {maxBytes, maxRows} = this.#options;
    const full = this.#open !== null && (this.#open.rows + rows > maxRows || this.#open.bytes + bytes.length > maxBytes);
    if (full) await this.#close();
    const file = this.#open ?? await this.#begin();
    await file.sink.write(bytes);
    file.rows += rows;
    file.bytes += bytes.length;
  }

  /** Resolves with all files, in order, when they are on the disk under their names. */
  async finish(): Promise<readonly StagedFile[]> {
    await this.#close();
    return this.#done;
  }

  /** Removes the file that was not finished; finished ones stay. */
  async [Symbol.asyncDispose](): Promise<void> {
    const file = this.#open;
    this.#open = null;
    if (file === null) return;
    await file.sink[Symbol.asyncDispose]();
    await rm(file.temporary, {force: true});
  }

  async #begin() {
    const path = join(this.#options.folder, this.#options.name(this.#done.length));
    const temporary = `${path}.part`;
    await writing(() => rm(temporary, {force: true}));
    return (this.#open = {sink: await FileSink.open(temporary, {gzip: path.endsWith('.gz')}), path, temporary, rows: 0, bytes: 0});
  }

  async #close(): Promise<void> {
    const file = this.#open;
    if (file === null) return;
    const bytes = await file.sink.sync();
    await file.sink[Symbol.asyncDispose]();
    await writing(() => rename(file.temporary, file.path));
    await syncFolder(dirname(file.path));
    this.#open = null;
    this.#done.push({path: file.path, rows: file.rows, bytes});
  }
}

/** Makes renames in a folder last over a power cut. */
export async function syncFolder(path: string): Promise<void> {
  await writing(async () => {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}
