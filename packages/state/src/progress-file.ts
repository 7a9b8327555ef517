import {createHash} from 'node:crypto';
import {closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readFileSync, rmSync, writeSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {ErrorCode, PipelineError} from '@sluice/core';
import {failure} from './failure.ts';

/**
 * What an unfinished run has done so far: one JSON document a line. It survives the death of the
 * process after any `append`, not a power failure. It holds positions, so it is data: its folder and
 * file are for their owner only. Whoever opens it holds the lock of the target.
 */
export interface ProgressFile extends AsyncDisposable {
  readonly path: string;
  /**
   * What an earlier run had appended, in order, read when the file was opened; empty when there was
   * none. A last line that a crash tore is left out.
   */
  readonly entries: readonly object[];
  /** There was a file, but not one of progress: it counts as none, and the first `append` replaces it. It only saves time. */
  readonly damaged: boolean;
  /** Adds one line, in one write. Throws WRITE; the file then ends with the line before. */
  append(entry: object): void;
  /** The run is done, or begins anew: removes the file. */
  remove(): void;
}

/** Where the progress of a target lies: beside the state file, so that it stays on the source's side. */
export function progressPath(stateFile: string, target: string): string {
  return join(dirname(resolve(stateFile)), 'progress', `${createHash('sha256').update(target).digest('hex')}.jsonl`);
}

/** Opens the progress of a run; the file is made with the first `append`. Throws WRITE when there is one that cannot be read. */
export function openProgress(path: string): ProgressFile {
  const place = `the progress file ${path}`;
  const guarded = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw failure(error, place);
    }
  };
  const found = guarded(() => readProgress(path));
  let descriptor: number | null = null;
  let size = found.bytes;

  return {
    path,
    entries: found.entries,
    damaged: found.damaged,
    append(entry) {
      const line = Buffer.from(`${JSON.stringify(entry)}\n`);
      guarded(() => {
        descriptor ??= openToAppend(path, size);
        let written = 0;
        try {
          written = writeSync(descriptor, line);
        } finally {
          if (written < line.length) cut(descriptor, size);
        }
        if (written < line.length) throw new PipelineError(ErrorCode.WRITE, `${place} cannot be written: no space is left`, {remedy: 'free some space'});
        size += written;
      });
    },
    remove() {
      guarded(() => {
        close();
        rmSync(path, {force: true});
      });
      size = 0;
    },
    async [Symbol.asyncDispose]() {
      close();
    },
  };

  function close(): void {
    if (descriptor === null) return;
    const open = descriptor;
    descriptor = null;
    closeSync(open);
  }
}

function cut(descriptor: number, size: number): void {
  try {
    ftruncateSync(descriptor, size);
  } catch {
    // Not what went wrong first; and half a line is left out by the next reader anyway.
  }
}

/** What stands after the last good line (half a line, garbage) goes. */
function openToAppend(path: string, size: number): number {
  mkdirSync(dirname(path), {recursive: true, mode: 0o700});
  const descriptor = openSync(path, 'a', 0o600);
  if (fstatSync(descriptor).size > size) ftruncateSync(descriptor, size);
  return descriptor;
}

interface Found {
  readonly entries: readonly object[];
  readonly damaged: boolean;
  /** Where the last good line ends. */
  readonly bytes: number;
}

/** The whole file is read: some 300 bytes for each 2,000 rows that were copied. */
function readProgress(path: string): Found {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {entries: [], damaged: false, bytes: 0};
    throw error;
  }
  const end = bytes.lastIndexOf('\n') + 1;
  const entries: object[] = [];
  try {
    const text = new TextDecoder('utf-8', {fatal: true}).decode(bytes.subarray(0, end));
    for (const line of text.split('\n').slice(0, -1)) {
      const entry: unknown = JSON.parse(line);
      if (typeof entry !== 'object' || entry === null) return {entries: [], damaged: true, bytes: 0};
      entries.push(entry);
    }
  } catch {
    return {entries: [], damaged: true, bytes: 0};
  }
  // Bytes without a single line end are half of a first line, or no progress file: nothing to go on with either way.
  return {entries, damaged: false, bytes: end};
}
