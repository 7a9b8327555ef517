import {open} from 'node:fs/promises';
import {ErrorCode, PipelineError, Secret} from '@sluice/core';
import {reason} from './config-file.ts';

export interface PasswordPlaces {
  /** The file named by a flag, and the flag's name. */
  readonly file?: string | undefined;
  readonly flag?: string;
  /** The variable that holds a password; the same name with `_FILE` names a file that does. */
  readonly variable: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface FoundPassword {
  /** Undefined when no place has one. */
  readonly password: Secret | undefined;
  /** The flag or variable it came from. */
  readonly from: string | undefined;
  /** What the user should mend although it works. */
  readonly warnings: readonly string[];
}

const LARGEST = 64 << 10;

/**
 * Finds a password: the flag's file wins over the variable, `VARIABLE` and `VARIABLE_FILE` together
 * are an error. One newline at the end of a file is not part of the password, nor is a byte order mark
 * at its start; a second line is an error. An empty variable counts as not set.
 *
 * Throws CONFIG, naming the place, never the password. Warns of a file that everybody may read.
 */
export async function passwordFrom(places: PasswordPlaces, signal?: AbortSignal): Promise<FoundPassword> {
  const {file, flag = '--password-file', variable, env} = places;
  signal?.throwIfAborted();
  if (file !== undefined) return fromFile(file, flag);
  const direct = env[variable] || undefined;
  const named = env[`${variable}_FILE`] || undefined;
  if (direct !== undefined && named !== undefined) {
    throw new PipelineError(ErrorCode.CONFIG, `${variable} and ${variable}_FILE are both set`, {remedy: 'unset one of them'});
  }
  if (named !== undefined) return fromFile(named, `${variable}_FILE`);
  if (direct !== undefined) return {password: new Secret(direct), from: variable, warnings: []};
  return {password: undefined, from: undefined, warnings: []};
}

async function fromFile(path: string, from: string): Promise<FoundPassword> {
  const wrong = (message: string, remedy?: string) =>
    new PipelineError(ErrorCode.CONFIG, `${from}: ${message}`, remedy === undefined ? {} : {remedy});
  let bytes: Uint8Array;
  let exposed: boolean;
  try {
    const handle = await open(path, 'r');
    try {
      const stat = await handle.stat();
      exposed = stat.isFile() && (stat.mode & 0o004) !== 0 && process.platform !== 'win32';
      bytes = await readAtMost(handle, LARGEST + 1);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw wrong(`cannot read ${path}: ${reason(error)}`);
  }
  const remedy = 'the file must hold the password alone, on one line';
  if (bytes.length > LARGEST) throw wrong(`${path} is too large for a password`, remedy);
  let text: string;
  try {
    // TextDecoder takes a byte order mark away.
    text = new TextDecoder('utf-8', {fatal: true}).decode(bytes).replace(/\r?\n$/, '');
  } catch {
    throw wrong(`${path} is not UTF-8 text`, remedy);
  }
  if (text === '') throw wrong(`${path} is empty`, remedy);
  if (/[\r\n]/.test(text)) throw wrong(`${path} has more than one line`, remedy);
  return {password: new Secret(text), from, warnings: exposed ? [`${path} can be read by every user of this machine; chmod 600 ${path}`] : []};
}

/** Pipes give what they have piece by piece: read until the end. */
async function readAtMost(handle: Awaited<ReturnType<typeof open>>, limit: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(limit);
  let length = 0;
  while (length < limit) {
    const {bytesRead} = await handle.read(buffer, length, limit - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}
