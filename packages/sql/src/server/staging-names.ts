import {createHash} from 'node:crypto';
import type {Omission} from '@sluice/core';

/** Names of tables under construction and of tables on their way out; nobody else's names match it. */
export const STAGING_NAME = /^_sluice_(?:new|old)_[0-9a-f]{16}$/;
/** Where loads store how far they came, in the transaction of the rows. */
export const POSITION_TABLE = '_sluice_position';

/** Whether a load made the table for itself: it is nobody's data. */
export function isOurs(name: string): boolean {
  return name === POSITION_TABLE || STAGING_NAME.test(name);
}

/** How a source lists such a table instead of reading it; null for any other. */
export function ownOmission(name: string): Omission | null {
  if (!isOurs(name)) return null;
  const reason = name === POSITION_TABLE ? 'the name of the table where Sluice keeps how far its loads came' : 'a load of Sluice is building it, or left it behind';
  return {table: null, kind: 'table', name, reason};
}

/** 16 hex digits, the same for the same table each time: a crashed load's leftovers are found by them. `space` is the table's database or schema. */
export function stagingHash(space: string, table: string): string {
  return createHash('sha256').update(`${space}\0${table}`).digest('hex').slice(0, 16);
}

export function stagingName(hash: string): string {
  return `_sluice_new_${hash}`;
}

export function retiredName(hash: string): string {
  return `_sluice_old_${hash}`;
}
