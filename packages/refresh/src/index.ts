export {decodeBase} from './base.ts';
export type {Base, Chunk, StoredBase, TableBase} from './base.ts';
export type {Decision, Detection, Removed} from './detect.ts';
export type {BaseStore, FollowedReceipt, ProgressLog, RefreshJob} from './request.ts';
export {detectChanges, runRefresh} from './run-refresh.ts';
export type {RefreshResult} from './run-refresh.ts';
export {chunkedCopy} from './chunked-copy.ts';
export {resumableCopy, whyNotResumable} from './resumable-copy.ts';
export type {Resumption} from './resumable-copy.ts';
