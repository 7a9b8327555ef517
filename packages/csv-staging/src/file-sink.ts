import {type FileHandle, open} from 'node:fs/promises';
import {promisify} from 'node:util';
import {createGzip, type Gzip} from 'node:zlib';
import {ErrorCode, PipelineError} from '@sluice/core';

export interface SinkOptions {
  /** Compress; each `sync` ends a gzip member, readers take members one after the other as one file. */
  readonly gzip?: boolean;
  /** Continue after this many bytes of a file that exists; what lies beyond is cut off. Absent: a new file, which must not exist. */
  readonly after?: number;
  /** Permission bits of a new file, before the process's mask. */
  readonly mode?: number;
}

/**
 * A file that is written from front to back. Holds what one `write` was given.
 * Every method throws WRITE when there is no room or no permission.
 */
export class FileSink implements AsyncDisposable {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #zip: boolean;
  #gzip: Gzip | null = null;
  #zipped: Buffer[] = [];
  #bytes: number;
  #closed = false;

  private constructor(path: string, handle: FileHandle, zip: boolean, bytes: number) {
    this.#path = path;
    this.#handle = handle;
    this.#zip = zip;
    this.#bytes = bytes;
  }

  static async open(path: string, {gzip = false, after, mode = 0o666}: SinkOptions = {}): Promise<FileSink> {
    return await writing(async () => {
      const handle = await open(path, after === undefined ? 'wx' : 'r+', mode);
      try {
        if (after !== undefined) await handle.truncate(after);
        return new FileSink(path, handle, gzip, after ?? 0);
      } catch (error) {
        await handle.close();
        throw error;
      }
    }, path);
  }

  /** Bytes on the disk so far; those still in the compressor are not counted. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Resolves when the bytes are handed to the system: this promise is the backpressure. */
  async write(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    await writing(() => (this.#zip ? this.#compress(bytes) : this.#put(bytes)), this.#path);
  }

  /** Resolves with the file's length when everything written is on the disk. */
  async sync(): Promise<number> {
    return await writing(async () => {
      await this.#endMember();
      await this.#handle.sync();
      return this.#bytes;
    }, this.#path);
  }

  /** Forgets what was written after the first `bytes` bytes of the file. */
  async cut(bytes: number): Promise<void> {
    await writing(async () => {
      this.#gzip?.destroy();
      this.#gzip = null;
      this.#zipped = [];
      await this.#handle.truncate(bytes);
      this.#bytes = bytes;
    }, this.#path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#gzip?.destroy();
    await this.#handle.close();
  }

  async #put(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const {bytesWritten} = await this.#handle.write(bytes, at, bytes.length - at, this.#bytes);
      at += bytesWritten;
      this.#bytes += bytesWritten;
    }
  }

  async #compress(bytes: Uint8Array): Promise<void> {
    if (this.#gzip === null) {
      this.#gzip = createGzip();
      this.#gzip.on('data', (chunk: Buffer) => this.#zipped.push(chunk));
    }
    await promisify<Uint8Array>(this.#gzip.write.bind(this.#gzip) as (chunk: Uint8Array, done: (error?: Error | null) => void) => void)(bytes);
    await this.#drain();
  }

  async #drain(): Promise<void> {
    for (const chunk of this.#zipped.splice(0)) await this.#put(chunk);
  }

  async #endMember(): Promise<void> {
    const gzip = this.#gzip;
    if (gzip === null) {
      // An empty file is no gzip file: an empty member makes it one.
      if (!this.#zip || this.#bytes > 0) return;
      await this.#compress(new Uint8Array());
      return await this.#endMember();
    }
    await new Promise<void>((resolve, reject) => gzip.once('end', resolve).once('error', reject).end());
    this.#gzip = null;
    await this.#drain();
  }
}

/** Runs a step on files and says in our words what failed and where: at `path`, unless the system names another place. */
export async function writing<T>(step: () => Promise<T>, path?: string): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw writeError(error, path);
  }
}

function writeError(error: unknown, otherwise: string | undefined): unknown {
  const {code, path = otherwise} = error as NodeJS.ErrnoException;
  const failure = (message: string, remedy: string) =>
    new PipelineError(ErrorCode.WRITE, path === undefined ? message : `${path}: ${message}`, {remedy});
  if (error instanceof PipelineError || code === undefined) return error;
  switch (code) {
    case 'ENOSPC': case 'EDQUOT':
      return failure('there is no room left on the disk', 'free some space, or write to another disk');
    case 'EFBIG': return failure('the file has reached the largest size allowed here', 'raise the limit (ulimit -f), or write to another disk');
    case 'EACCES': case 'EPERM': case 'EROFS':
      return failure('the folder may not be written', 'give the user of this program the right to write there');
    case 'ENOENT': case 'ENOTDIR': return failure('the folder does not exist', 'make it, or correct the path');
    case 'EEXIST': return failure('the file exists already', 'move it away, or name another one');
    case 'ENAMETOOLONG': return failure('the name is longer than the file system allows', 'name another one');
    default: return /^[A-Z][A-Z0-9]+$/.test(String(code)) ? failure(`the file cannot be written (${code})`, 'see the disk, then run again') : error;
  }
}
