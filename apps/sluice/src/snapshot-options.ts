import {option, z} from '@sluice/config';
import {snapshotStamp} from '@sluice/transform-shape';
import type {Transform} from '@sluice/core';

/** Options of mode `snapshot`, where each run adds all rows, marked with its time. */
export const snapshotOptions = {
  snapshotColumn: option(z.string().min(1).default('snapshot_at'), {describe: 'Mode snapshot: the column that holds the time of the run, in UTC.', value: 'NAME', advanced: true}),
  keepSnapshots: option(z.coerce.number().int().min(1).optional(), {describe: 'Mode snapshot: only the last so many stay; default all.', value: 'N', advanced: true}),
};

export interface SnapshotSettings {
  readonly snapshotColumn: string;
  readonly keepSnapshots?: number | undefined;
}

/** What marks the rows of this run, and how many runs stay. */
export function snapshotOf({snapshotColumn, keepSnapshots}: SnapshotSettings, now: Date): {readonly transform: Transform; readonly retain?: {readonly column: string; readonly keep: number}} {
  return {
    transform: snapshotStamp({column: snapshotColumn, at: now.toISOString().replace('T', ' ').replace('Z', '')}),
    ...(keepSnapshots !== undefined && {retain: {column: snapshotColumn, keep: keepSnapshots}}),
  };
}
