import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {PipelineError} from '@sluice/core';
import type {PreviousReceipt} from './make-receipt.ts';
import {readReceipt, receiptFolder} from './receipt-chain.ts';

/**
 * The receipt with the highest number that is as it was written: `file`, or one that `receiptFolder(file)`
 * keeps. Null when there is none.
 */
export async function lastReceipt(file: string, signal: AbortSignal): Promise<PreviousReceipt | null> {
  const folder = receiptFolder(file);
  const names = (await readdir(folder).catch(() => [])).filter(name => /^\d{6,}\b.*\.receipt\.json$/.test(name));
  const kept = names.toSorted((a, b) => Number.parseInt(b, 10) - Number.parseInt(a, 10)).map(name => join(folder, name));
  const newest = await wholeAt(file, signal);
  for (const path of kept) {
    const found = await wholeAt(path, signal);
    if (found !== null) return newest !== null && newest.sequence >= found.sequence ? newest : found;
  }
  return newest;
}

async function wholeAt(path: string, signal: AbortSignal): Promise<PreviousReceipt | null> {
  try {
    const {link: {sequence, hash}} = await readReceipt(path, signal);
    return {sequence, hash};
  } catch (error) {
    if (error instanceof PipelineError) return null;
    throw error;
  }
}
