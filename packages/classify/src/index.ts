export {classifyCatalog} from './classify-catalog.ts';
export type {ClassifyOptions} from './classify-catalog.ts';
export {classifyTable} from './classify-table.ts';
export type {ClassifyContext, Proposal, Sample} from './proposal.ts';
