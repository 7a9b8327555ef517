export {documentRows, tablesOf} from './document-rows.ts';
export type {TableTransform} from './document-rows.ts';
export type {Change, ChangeBatch, ChangeFeed, DocumentReader, DocumentRows, DocumentScan} from './ports.ts';
export type {Recheck} from './settle.ts';
export {syncDocuments} from './sync-documents.ts';
export type {SyncRequest} from './sync-documents.ts';
export type {CollectionSync, SyncReport} from './sync-report.ts';
export type {RowCounts} from './writing.ts';
