export {bulkConfig} from './bulk-config.ts';
export {bulkJob} from './bulk-job.ts';
export type {Bulk} from './bulk-job.ts';
export {demoStudy} from './demo/study-layout.ts';
export {demoPolicy} from './demo/study-policy.ts';
export {writeStudy} from './demo/study-file.ts';
