export type {Change, ChangeBatch, ChangeFeed, IdField, Namespace, ReadChanges} from './changes/change.ts';
export {MongoConnection, serverName, type Topology} from './connection.ts';
export type {CollectionFacts, DocumentReader, DocumentRequest, Documents} from './documents.ts';
export {parseEndpoint, type MongoEndpoint} from './endpoint.ts';
export {classify, configError} from './errors.ts';
