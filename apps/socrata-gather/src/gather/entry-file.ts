import {mkdir, open, rm, type FileHandle} from 'node:fs/promises';
import {dirname} from 'node:path';

/** An entry as it lies in the file. */
export interface Found {
  /** What its line says; whoever reads it looks whether it is what it should be. */
  readonly line: unknown;
  /** Where its bytes begin, how many there are, and where it ends. */
  readonly at: number;
  readonly bytes: number;
  readonly end: number;
}

/** Longer than any line that is written here. */
const LONGEST_LINE = 4 << 10;
const LINE_END = 0x0a;

/**
 * Entries one behind the other: a line of JSON, `bytes` of which says how many bytes follow it. It is for its owner only. What was appended survives the death of
 * the process; half an entry at the end, which that leaves, is none. Whoever opens it sees to it that nobody else does.
 */
export class EntryFile implements AsyncDisposable {
  readonly entries: readonly Found[];
  readonly #file: FileHandle;
  #end: number;

  private constructor(file: FileHandle, entries: readonly Found[]) {
    this.#file = file;
    this.entries = entries;
    this.#end = entries.at(-1)?.end ?? 0;
  }

  /** Null: it is not there. Rejects as the file system does. */
  static async open(path: string): Promise<EntryFile | null> {
    let file: FileHandle;
    try {
      file = await open(path, 'r+');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
    return new EntryFile(file, await entriesOf(file));
  }

  /** An empty one in the place of what was there. */
  static async create(path: string): Promise<EntryFile> {
    await mkdir(dirname(path), {recursive: true, mode: 0o700});
    await rm(path, {force: true});
    return new EntryFile(await open(path, 'wx+', 0o600), []);
  }

  /** What lies behind this place goes. */
  async cut(end: number): Promise<void> {
    await this.#file.truncate(end);
    this.#end = end;
  }

  /** Resolves with the entry, which whoever appends may ask for later. */
  async append(line: object, bytes: Uint8Array = new Uint8Array()): Promise<Found> {
    const head = Buffer.from(`${JSON.stringify({...line, bytes: bytes.length})}\n`);
    const whole = Buffer.concat([head, bytes]);
    for (let written = 0; written < whole.length;) written += (await this.#file.write(whole, written, whole.length - written, this.#end + written)).bytesWritten;
    const at = this.#end + head.length;
    this.#end += whole.length;
    return {line, at, bytes: bytes.length, end: this.#end};
  }

  async bytesOf({at, bytes}: Found): Promise<Buffer> {
    return await readAt(this.#file, at, bytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

/** Its entries, without reading what lies between their lines. */
async function entriesOf(file: FileHandle): Promise<Found[]> {
  const {size} = await file.stat();
  const entries: Found[] = [];
  for (let at = 0; at < size;) {
    const head = await readAt(file, at, Math.min(LONGEST_LINE, size - at));
    const length = head.indexOf(LINE_END) + 1;
    const line = length === 0 ? null : parsed(head.toString('utf8', 0, length));
    const bytes = line === null ? null : line.bytes;
    if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0) break;
    const end = at + length + bytes;
    if (end > size) break;
    entries.push({line, at: at + length, bytes, end});
    at = end;
  }
  return entries;
}

function parsed(text: string): {readonly bytes?: unknown} | null {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' ? line : null;
  } catch {
    return null;
  }
}

/** Fewer bytes where the file ends before. */
async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const {bytesRead} = await file.read(buffer, read, length - read, at + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return buffer.subarray(0, read);
}
