import {execFile} from 'node:child_process';
import {open} from 'node:fs/promises';
import {ErrorCode, PipelineError} from '@sluice/core';
import {KEY_BYTES, masterKeyFrom, NEW_KEY} from './master-key.ts';
import type {MasterKey} from './master-key.ts';

/** Where the master key comes from: exactly one place. It never comes on the command line, where every user of the machine could read it. */
export type KeySource =
  /** A file that only its owner can read. Hexadecimal, base64, or 32 raw bytes. */
  | {readonly file: string}
  /** A variable of `environment`, e.g. of `process.env`. Hexadecimal or base64. */
  | {readonly env: string; readonly environment: Readonly<Record<string, string | undefined>>}
  /** A program and its arguments that print the key, e.g. the client of a key management service; run without a shell. Hexadecimal, base64, or 32 raw bytes. */
  | {readonly command: readonly [program: string, ...args: string[]]};

/** No form of a key is longer; a file that is was named by mistake. */
const MOST_BYTES = 1024;
/** A command that asks a service across a slow line still has this long. */
const COMMAND_TIMEOUT_MS = 60_000;
/** Permission bits of everybody but the owner. */
const OTHERS = 0o077;

/**
 * Reads the master key. Throws CONFIG when it is missing, of the wrong length or weak, or when others can read its file; and what the signal holds when it is aborted.
 * Neither errors nor what is printed of the result hold any of the key.
 */
export async function readMasterKey(source: KeySource, signal: AbortSignal): Promise<MasterKey> {
  signal.throwIfAborted();
  if ('file' in source) return fromBytes(await readKeyFile(source.file), `the key in ${source.file}`);
  if ('env' in source) {
    const text = source.environment[source.env];
    if (text === undefined || text.trim() === '') throw new PipelineError(ErrorCode.CONFIG, `no master key: the variable ${source.env} is not set`, {remedy: NEW_KEY});
    return fromText(text, `the key in the variable ${source.env}`);
  }
  return fromBytes(await runCommand(source.command, signal), `the key printed by ${source.command[0]}`);
}

/** 32 bytes are the key itself, unless they are text, which `whyWeak` refuses; anything else is its text. */
function fromBytes(bytes: Buffer, place: string): MasterKey {
  try {
    return bytes.length === KEY_BYTES ? masterKeyFrom(bytes, place) : fromText(bytes.toString('latin1'), place);
  } finally {
    bytes.fill(0);
  }
}

const BOM = /^(?:\uFEFF|\u00EF\u00BB\u00BF)/;

function fromText(text: string, place: string): MasterKey {
  const written = text.replace(BOM, '').trim();
  if (written === '') throw new PipelineError(ErrorCode.CONFIG, `${place} is empty`, {remedy: NEW_KEY});
  const bytes = /^[0-9a-f]{64}$/i.test(written) ? Buffer.from(written, 'hex')
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(written) ? Buffer.from(written, 'base64')
    : null;
  if (bytes === null) {
    throw new PipelineError(ErrorCode.CONFIG,
      `${place} must be 32 bytes as 64 hexadecimal digits, as base64 or (not in a variable) as they are; got ${written.length} characters that are neither`, {remedy: NEW_KEY});
  }
  try {
    return masterKeyFrom(bytes, place);
  } finally {
    bytes.fill(0);
  }
}

/** Looks at the permissions of the file that is read, not of one that has its name a moment later. */
async function readKeyFile(path: string): Promise<Buffer> {
  await using file = await open(path, 'r').catch((error: unknown) => {
    throw new PipelineError(ErrorCode.CONFIG, `no master key: ${path} ${whyNotOpened(error)}`, {remedy: NEW_KEY});
  });
  const {mode, size} = await file.stat().then(stat => {
    if (!stat.isFile()) throw new PipelineError(ErrorCode.CONFIG, `no master key: ${path} is not a file`, {remedy: 'name the file that holds the key'});
    return stat;
  });
  // Windows has no such bits: there the folder's access list has to keep others out.
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
    throw new PipelineError(ErrorCode.CONFIG, `the key in ${path} can be read or written by others than its owner (mode ${(mode & 0o777).toString(8).padStart(4, '0')})`,
      {remedy: `chmod 600 ${path}; when others may have read it, make a new key`});
  }
  if (size > MOST_BYTES) throw new PipelineError(ErrorCode.CONFIG, `the key in ${path} must have ${KEY_BYTES} bytes, got a file of ${size}`, {remedy: 'name the file that holds the key'});
  const buffer = Buffer.alloc(MOST_BYTES);
  const {bytesRead} = await file.read(buffer, 0, MOST_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

function whyNotOpened(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' ? 'does not exist' : code === 'EACCES' || code === 'EPERM' ? 'cannot be read: permission denied' : `cannot be opened (${String(code)})`;
}

/** What the program prints. Its stderr is not passed on, its output never becomes part of an error: either may hold the key. */
function runCommand([program, ...args]: readonly [string, ...string[]], signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const limits = {encoding: 'buffer', maxBuffer: MOST_BYTES, timeout: COMMAND_TIMEOUT_MS, windowsHide: true, signal} as const;
    const child = execFile(program, args, limits, (error, stdout) => {
      if (error === null) resolve(stdout);
      else if (signal.aborted) reject(signal.reason as Error);
      else {
        reject(new PipelineError(ErrorCode.CONFIG, `no master key: ${program} ${whyFailed(error)}`,
          {remedy: 'run the command by hand to see what it says; it must print nothing but the key'}));
      }
    });
    child.stdin?.end();
  });
}

function whyFailed({code, killed, signal}: {readonly code?: number | string | null; readonly killed?: boolean; readonly signal?: string | null}): string {
  if (code === 'ENOENT') return 'was not found';
  if (code === 'EACCES') return 'cannot be run: permission denied';
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `printed more than ${MOST_BYTES} bytes`;
  if (killed) return `gave no key within ${COMMAND_TIMEOUT_MS / 1000} seconds`;
  return typeof code === 'number' ? `ended with exit code ${code}` : `was ended by ${signal ?? 'an error'}`;
}
