import type {Connector} from '@sluice/core';
import {parseEndpoint, type MongoEndpoint} from './endpoint.ts';
import {MongoDocuments} from './mongo-documents.ts';
import {readSchemas} from './read-schemas.ts';
import {DocumentSource} from './source.ts';
import type {TableOptions} from './tables.ts';

/** MongoDB: `mongodb://user@host:port,host/database?naming=compat&sample=1000`, read only. */
export const mongodb: Connector = {
  kind: 'mongodb',
  schemes: ['mongodb', 'mongodb+srv'],
  source: endpoint => {
    const place = parseEndpoint(endpoint);
    return new DocumentSource(new MongoDocuments(place), signal => tableOptions(place, signal));
  },
};

async function tableOptions({naming, prefix, schemas, sample, collections, views, caseSensitive}: MongoEndpoint, signal: AbortSignal): Promise<TableOptions> {
  return {naming, prefix, sample, collections, views, ...(caseSensitive !== null && {caseSensitive}), schemas: schemas === null ? null : await readSchemas(schemas, signal)};
}
