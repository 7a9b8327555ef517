import {createHash} from 'node:crypto';
import type {TableDigest} from '@sluice/core';

/** Digests a table that travels as bytes in the format of its system, however they are cut. */
export interface BytesDigester {
  update(bytes: Uint8Array): void;
  /** Ends the digest. Call once. */
  finish(rows: number): TableDigest;
}

/**
 * SHA-256 over the name of the format, the number of rows and the bytes. It equals no digest of values; a difference cannot be placed,
 * because rows are not looked for.
 */
export function bytesDigester(format: string): BytesDigester {
  const bytes = createHash('sha256');
  return {
    update: chunk => { bytes.update(chunk); },
    finish: rows => ({
      order: 'written', rows, runs: [],
      digest: createHash('sha256').update(`sluice/1 format=${JSON.stringify(format)} rows=${rows}\n`).update(bytes.digest()).digest('hex'),
    }),
  };
}
