export {thisProcess} from './holder.ts';
export type {Holder} from './holder.ts';
export {acquireLock, fileLock, namedLock} from './lock.ts';
export type {Lock, LockTarget} from './lock.ts';
export {openState} from './open-state.ts';
export {openProgress, progressPath} from './progress-file.ts';
export type {ProgressFile} from './progress-file.ts';
export type {State} from './state.ts';
export type {BaseStore, PendingBase, StoredBase} from './stored-base.ts';
