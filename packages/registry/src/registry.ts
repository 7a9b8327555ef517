import {ErrorCode, must, PipelineError, type Connector, type Destination, type Endpoint, type Querier, type Source} from '@sluice/core';

/** One line per connector; a connector is loaded when a URL first names it, so that nobody pays for the others. */
const connectors: Readonly<Record<string, () => Promise<Connector>>> = {
  csv: async () => (await import('@sluice/connector-files')).files,
  jsonl: async () => (await import('@sluice/connector-files')).files,
  mariadb: async () => (await import('@sluice/connector-mysql')).mysql,
  mongodb: async () => (await import('@sluice/connector-mongodb')).mongodb,
  'mongodb+srv': async () => (await import('@sluice/connector-mongodb')).mongodb,
  mysql: async () => (await import('@sluice/connector-mysql')).mysql,
  postgres: async () => (await import('@sluice/connector-postgres')).postgres,
  postgresql: async () => (await import('@sluice/connector-postgres')).postgres,
  socrata: async () => (await import('@sluice/connector-socrata')).socrata,
  sqlite: async () => (await import('@sluice/connector-sqlite')).sqlite,
};

/** URL schemes that can be opened, in alphabetical order. */
export const schemes: readonly string[] = Object.keys(connectors).sort();

/** Loads the connector that a URL names. Throws CONFIG when there is none. */
export async function connectorFor(url: string): Promise<Connector> {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    throw new PipelineError(ErrorCode.CONFIG, 'a source or destination is a URL, e.g. mysql://user@host/db or sqlite:file.db', {
      remedy: `schemes: ${schemes.join(', ')}`,
    });
  }
  if (!Object.hasOwn(connectors, scheme)) {
    throw new PipelineError(ErrorCode.CONFIG, `there is no connector for ${scheme}:`, {remedy: `schemes: ${schemes.join(', ')}`});
  }
  return must(connectors[scheme], 'connector')();
}

/** Opens what a URL names for reading. Throws CONFIG when the URL is wrong or cannot be read from. */
export async function openSource(endpoint: Endpoint): Promise<Source> {
  const connector = await connectorFor(endpoint.url);
  if (!connector.source) throw new PipelineError(ErrorCode.CONFIG, `${connector.kind} can only be written to`);
  return connector.source(endpoint);
}

/** Opens what a URL names for writing. Throws CONFIG when the URL is wrong or cannot be written to. */
export async function openDestination(endpoint: Endpoint): Promise<Destination> {
  const connector = await connectorFor(endpoint.url);
  if (!connector.destination) throw new PipelineError(ErrorCode.CONFIG, `${connector.kind} can only be read from`);
  return connector.destination(endpoint);
}

/** Opens what a URL names for questions in its own SQL. Throws CONFIG when the URL is wrong or has no SQL. */
export async function openQuerier(endpoint: Endpoint): Promise<Querier> {
  const connector = await connectorFor(endpoint.url);
  if (!connector.querier) throw new PipelineError(ErrorCode.CONFIG, `${connector.kind} takes no SQL`, {remedy: 'name a database: mysql://…, postgresql://… or sqlite:FILE'});
  return connector.querier(endpoint);
}
