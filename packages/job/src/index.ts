export {exitCodeOf} from './exit-code.ts';
export {planJob, runJob} from './run-job.ts';
export type {CopyJob, JobContext} from './run-job.ts';
export {writeFileAtomically} from './write-file.ts';
