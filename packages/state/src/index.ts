export {thisProcess} from './holder.ts';
export type {Holder} from './holder.ts';
export {acquireLock, fileLock, namedLock} from './lock.ts';
export type {Lock, LockTarget} from './lock.ts';
export {openState} from './open-state.ts';
export type {State} from './state.ts';
