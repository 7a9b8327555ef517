import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Position} from '@sluice/core';
import {syncFolder} from '@sluice/csv-staging';
import {writeAtomic} from './atomic-file.ts';

/**
 * Where append loads keep the position of each table, within the work folder: apart from the manifest,
 * since a position often is a key and the manifest is handed on with the data. Readable by its owner only.
 */
export const POSITIONS = 'positions.json';

export async function readPositions(work: string): Promise<ReadonlyMap<string, Position>> {
  try {
    return new Map(JSON.parse(await readFile(join(work, POSITIONS), 'utf8')) as [string, Position][]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
}

/** Resolves when the position is on the disk; null takes it away. */
export async function putPosition(work: string, table: string, position: Position | null): Promise<void> {
  const positions = new Map(await readPositions(work));
  if (position === null ? !positions.delete(table) : positions.get(table) === position) return;
  if (position !== null) positions.set(table, position);
  await writeAtomic(join(work, POSITIONS), JSON.stringify([...positions]), 0o600);
  await syncFolder(work);
}

export async function forgetPositions(work: string, tables: readonly string[]): Promise<void> {
  for (const table of tables) await putPosition(work, table, null);
}
