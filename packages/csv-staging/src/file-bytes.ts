import {createReadStream} from 'node:fs';
import {pipeline} from 'node:stream';
import {createGunzip} from 'node:zlib';
import {ErrorCode, PipelineError} from '@sluice/core';

/** Size of the pieces read and unzipped: measured, larger ones are not faster. */
const CHUNK_BYTES = 1 << 17;

/**
 * The bytes of a file, unzipped when its name ends in `.gz`; members written one after the other
 * are read as one. `end` reads only the first bytes of the file as it lies on the disk.
 * Nothing is read ahead beyond a few pieces. Leaving the loop early closes the file. Throws CONNECT
 * when the file is missing, AUTH when it may not be read, VALUE when the gzip data is cut off or wrong.
 */
export async function* readBytes(path: string, signal: AbortSignal, end?: number): AsyncGenerator<Uint8Array, void, undefined> {
  signal.throwIfAborted();
  if (end === 0) return;
  const file = createReadStream(path, {highWaterMark: CHUNK_BYTES, ...(end !== undefined && {end: end - 1})});
  // The callback keeps the error from being thrown a second time: it reaches the loop below.
  const bytes = isGzip(path) ? pipeline(file, createGunzip({chunkSize: CHUNK_BYTES}), () => {}) : file;
  const stop = () => file.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
  signal.addEventListener('abort', stop, {once: true});
  try {
    for await (const chunk of bytes) yield chunk as Uint8Array;
    signal.throwIfAborted();
  } catch (error) {
    signal.throwIfAborted();
    throw readError(error);
  } finally {
    signal.removeEventListener('abort', stop);
    file.destroy();
  }
}

export function isGzip(path: string): boolean {
  return path.toLowerCase().endsWith('.gz');
}

/** What a failure of the file system means; also for whoever opens files apart from `readBytes`. */
export function readError(error: unknown): unknown {
  const {code} = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT': case 'ENOTDIR': return new PipelineError(ErrorCode.CONNECT, 'the file does not exist', {retryable: false, remedy: 'correct its path'});
    case 'EISDIR': return new PipelineError(ErrorCode.CONNECT, 'is a folder, not a file', {retryable: false, remedy: 'name a file'});
    case 'EACCES': case 'EPERM':
      return new PipelineError(ErrorCode.AUTH, 'the file may not be read', {remedy: 'give the user of this program the right to read it'});
    case 'Z_BUF_ERROR': return new PipelineError(ErrorCode.VALUE, 'the gzip data ends too early; the file was cut off', {remedy: 'fetch or make the file again'});
    case 'Z_DATA_ERROR': return new PipelineError(ErrorCode.VALUE, 'the gzip data is damaged, or this is no gzip file', {remedy: 'fetch the file again, or take .gz from its name'});
    default:
      return code === undefined ? error : new PipelineError(ErrorCode.CONNECT, `the file cannot be read (${code})`, {retryable: false});
  }
}
