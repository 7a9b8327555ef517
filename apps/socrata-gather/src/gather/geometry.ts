import {hasGeometry} from '@sluice/connector-socrata';
import {ErrorCode, PipelineError, type Endpoint, type RunReport, type Schema} from '@sluice/core';
import {openQuerier} from '@sluice/registry';
import type {Topic} from '../topics/topic-file.ts';

/** What geometries become in a table. */
export type Geometry = 'geojson' | 'postgis';

/** What is asked once. */
const LIMITS = {maxRows: 1, maxBytes: 1000, timeoutMs: 60_000};

/**
 * What a topic says of geometries; otherwise what the table has that is brought up to date (`kept`: names and types of its columns, null: it is made anew), and of
 * a new one values of PostGIS where the target has it. Throws CONFIG when a topic wants what its target has not, and as the connectors do.
 */
export async function geometryOf({geometry}: Pick<Topic, 'geometry'>, schema: Schema, kept: string | null, {endpoint, kind}: {readonly endpoint: Endpoint; readonly kind: string}, signal: AbortSignal): Promise<Geometry> {
  if (!hasGeometry(schema) || geometry === 'geojson') return 'geojson';
  if (geometry === undefined && kept !== null) return isPostgis(kept) ? 'postgis' : 'geojson';
  const has = kind === 'postgres' && await hasPostgis(endpoint, signal);
  if (geometry === 'postgis' && !has) throw new PipelineError(ErrorCode.CONFIG, 'the topic wants values of PostGIS, and its target has none', {remedy: 'CREATE EXTENSION postgis there, or leave `geometry` out'});
  return has ? 'postgis' : 'geojson';
}

async function hasPostgis(endpoint: Endpoint, signal: AbortSignal): Promise<boolean> {
  await using querier = await openQuerier(endpoint);
  const {rows} = await querier.query({sql: "SELECT to_regtype('geometry(Point,4326)') IS NOT NULL", name: 'whether PostGIS is there', ...LIMITS}, signal);
  return rows[0]?.[0] === true;
}

const POSTGIS = '"geometry(';
const isPostgis = (columns: string): boolean => columns.includes(POSTGIS);

/** The column whose geometries PostGIS does not hold exactly, where a load failed because of one; null: it did not. */
export function unheldGeometry({error, tables}: RunReport, columns: string): string | null {
  const {code, column} = error ?? tables[0]?.error ?? {};
  return code === ErrorCode.VALUE && column !== undefined && columns.includes(`[${JSON.stringify(column)},${POSTGIS}`) ? column : null;
}
