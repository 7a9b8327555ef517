export {planCopy, planTable} from './plan.ts';
export type {CopyPlan, PlannedTable} from './plan.ts';
export {prefetch} from './prefetch.ts';
export type {ProgressEvent, ProgressListener, Stage} from './progress.ts';
export {reportedError} from './reported-error.ts';
export {defaultLimits, systemClock} from './request.ts';
export type {Clock, CopyRequest, Limits} from './request.ts';
export {runCopy} from './run-copy.ts';
export type {CopyResult} from './run-copy.ts';
