import {dirname} from 'node:path';
import type {Destination} from '@sluice/core';
import {acquireLock, namedLock, thisProcess, type Lock, type LockTarget} from '@sluice/state';
import {tool} from './tool.ts';

/**
 * What a run of this program holds from its first row of status to its last, beside the state file; copies within it lock the target
 * itself. Runs with other state files do not see it: they are kept apart by the locks of the target's tables.
 */
export const lockOf = ({label}: Destination, stateFile: string): LockTarget => ({...namedLock(`${tool.name} ${label}`, dirname(stateFile)), label});

/** Throws LOCKED, naming who holds it. */
export const lockTarget = (destination: Destination, stateFile: string, signal: AbortSignal): Promise<Lock> =>
  acquireLock(lockOf(destination, stateFile), thisProcess(tool.name, new Date()), signal);
