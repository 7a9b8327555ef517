import {readdirSync, readFileSync, renameSync, rmSync} from 'node:fs';
import {basename, join} from 'node:path';
import {syncFolder} from '@sluice/csv-staging';
import {MANIFEST} from './manifest.ts';
import {forgetPositions} from './positions.ts';

/** The folder of a load that is complete and goes live, within the work folder. */
export const READY = 'ready';
/** What else belongs to going live; last of the files in there to lose its meaning. */
export const ORDERS = '.orders.json';

export interface Orders {
  /** Files of the same tables under other names. */
  readonly gone: readonly string[];
  /** Tables whose stored positions do not hold any more. */
  readonly forget: readonly string[];
}

/**
 * Moves the files of a complete load to where they belong, the manifest last. May be interrupted
 * anywhere and done again: what is not there any more was moved before. The moves are done in one go,
 * without giving anybody else in this process a turn; another process may see some of the files new
 * and some old for as long as they take.
 */
export async function goLive(work: string, folder: string): Promise<void> {
  const ready = join(work, READY);
  const names = readdirSync(ready);
  const {gone, forget} = readOrders(ready);
  await forgetPositions(work, forget);
  for (const name of names) if (name !== MANIFEST && name !== ORDERS) renameSync(join(ready, name), join(folder, name));
  for (const name of gone) if (basename(name) === name) rmSync(join(folder, name), {force: true});
  if (names.includes(MANIFEST)) renameSync(join(ready, MANIFEST), join(folder, MANIFEST));
  await syncFolder(folder);
  rmSync(ready, {recursive: true, force: true});
  await syncFolder(work);
}

export function readOrders(ready: string): Orders {
  try {
    return JSON.parse(readFileSync(join(ready, ORDERS), 'utf8')) as Orders;
  } catch {
    return {gone: [], forget: []};
  }
}
