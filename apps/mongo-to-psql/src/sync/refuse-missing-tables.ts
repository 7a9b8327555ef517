import {ErrorCode, PipelineError, type Destination, type GroupFamily} from '@sluice/core';
import type {RelationalPlan} from '@sluice/relational';
import {openGroups} from '../status/open-status.ts';

/** Both would have the values of those documents only that change from now on. */
const REMEDY = 'load again with these options and schema files: what a sync made would have the documents only that change from now on; or have all written anew: mongo-to-psql verify --repair';

/**
 * Throws SCHEMA when a table of the families, or a column, is not there: it would be made. The table of what fits
 * no column may be missing, as who loads by other means has none.
 */
export async function refuseMissingTables(destination: Destination, plans: readonly RelationalPlan[], families: readonly GroupFamily[], signal: AbortSignal): Promise<void> {
  if (!destination.contents) return;
  const there = new Set((await destination.contents(signal)).map(({name}) => name.toLowerCase()));
  const isThere = (table: string) => there.has(table.toLowerCase());
  const overflows = new Set(plans.map(({extra}) => extra?.schema.table));
  // A policy may leave tables of the plans out.
  const missing = families.flatMap(({tables}) => tables.map(({schema: {table}}) => table)).filter(table => !isThere(table) && !overflows.has(table));
  const [first] = missing;
  if (first !== undefined) {
    throw new PipelineError(ErrorCode.SCHEMA, missing.length === 1 ? `table ${first} is not there` : `${missing.length} tables are not there, ${first} first`, {table: first, remedy: REMEDY});
  }
  const known = families.map(({tables}): GroupFamily => ({tables: tables.filter(({schema: {table}}) => isThere(table))})).filter(({tables}) => tables.length > 0);
  try {
    await using _look = await openGroups(destination)({families: known, positionKey: '', readOnly: true}, signal);
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== ErrorCode.SCHEMA) throw error;
    throw new PipelineError(ErrorCode.SCHEMA, error.message, {...error.context, remedy: REMEDY, cause: error});
  }
}
