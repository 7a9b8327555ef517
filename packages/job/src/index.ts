export {findEndpoint} from './find-endpoint.ts';
export type {PasswordSource} from './find-endpoint.ts';
export {planDocument, planText} from './plan-text.ts';
export {planJob, runJob} from './run-job.ts';
export type {CopyJob, JobContext} from './run-job.ts';
export {writeFileAtomically} from './write-file.ts';
export type {CopyPlan, CopyResult, PlannedTable, Selection} from '@sluice/engine';
