import {open, rename, rm} from 'node:fs/promises';
import {ErrorCode, PipelineError} from '@sluice/core';

/** Writes a text file that others read: to a temporary name, synced, then renamed over the old one. Throws WRITE. */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, {force: true});
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new PipelineError(ErrorCode.WRITE, `cannot write ${path} (${code})`, {remedy: 'check that the folder exists, can be written and has room'});
  }
}
