import {createHash, type Hash} from 'node:crypto';
import {open} from 'node:fs/promises';
import type {FileSeal} from '@sluice/core';
import {codeOf} from './errors.ts';

// Two buffers, read into in turn; larger ones are no faster.
const BUFFER_BYTES = 1 << 20;

/** Digests a file as it lies there, after making it durable when told to. Throws what the file system throws. */
export async function sealFile(path: string, durable: boolean, signal: AbortSignal): Promise<FileSeal> {
  const hash = createHash('sha256');
  const bytes = await update(hash, path, durable, signal);
  return {sha256: hash.digest('hex'), bytes};
}

/**
 * The seal of a database that others may use; null when there is none. What lies in a log or journal
 * beside it may count as the file's content, and only SQLite could say what does: the seal is then
 * another one than that of the file alone, and no load ever gave it. Only reads.
 */
export async function sealDatabase(path: string, signal: AbortSignal): Promise<FileSeal | null> {
  const hash = createHash('sha256');
  const bytes = await updateIfThere(hash, path, signal);
  if (bytes === null) return null;
  for (const end of ['-wal', '-journal']) {
    const beside = createHash('sha256');
    const size = await updateIfThere(beside, path + end, signal);
    if (size) hash.update(`${end} ${size} ${beside.digest('hex')}\n`);
  }
  return {sha256: hash.digest('hex'), bytes};
}

async function updateIfThere(hash: Hash, path: string, signal: AbortSignal): Promise<number | null> {
  try {
    return await update(hash, path, false, signal);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function update(hash: Hash, path: string, durable: boolean, signal: AbortSignal): Promise<number> {
  const file = await open(path, durable ? 'r+' : 'r');
  try {
    if (durable) await file.sync();
    const buffers = [Buffer.allocUnsafe(BUFFER_BYTES), Buffer.allocUnsafe(BUFFER_BYTES)] as const;
    let bytes = 0;
    for (let turn = 0, next = file.read(buffers[0], 0, BUFFER_BYTES, 0); ; turn = 1 - turn) {
      const {bytesRead} = await next;
      signal.throwIfAborted();
      if (bytesRead === 0) return bytes;
      bytes += bytesRead;
      // The next stretch comes while this one is digested.
      next = file.read(buffers[1 - turn]!, 0, BUFFER_BYTES, bytes);
      hash.update(buffers[turn]!.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
