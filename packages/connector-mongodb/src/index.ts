export {MongoConnection, serverName, type Topology} from './connection.ts';
export type {CollectionFacts, DocumentReader, DocumentRequest, Documents} from './documents.ts';
export {parseEndpoint, type MongoEndpoint} from './endpoint.ts';
export {classify, configError} from './errors.ts';
