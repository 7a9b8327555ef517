import type {Destination} from '@sluice/core';
import {acquireLock, namedLock, thisProcess, type Lock, type LockTarget} from '@sluice/state';
import {tool} from './tool.ts';

/** What a run of this program holds from its first row of status to its last; copies within it lock the target itself. */
export const lockOf = ({label}: Destination): LockTarget => ({...namedLock(`${tool.name} ${label}`), label});

/** Throws LOCKED, naming who holds it. */
export const lockTarget = (destination: Destination, signal: AbortSignal): Promise<Lock> => acquireLock(lockOf(destination), thisProcess(tool.name, new Date()), signal);
