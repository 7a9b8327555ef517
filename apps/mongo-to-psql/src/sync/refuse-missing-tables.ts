import {ErrorCode, PipelineError, type Destination} from '@sluice/core';
import type {RelationalPlan} from '@sluice/relational';

/**
 * Throws SCHEMA when a table of the plans is not there: it would be made, and have the rows of those documents only that change from now on.
 * The table of what fits no column may be missing, as who loads by other means has none.
 */
export async function refuseMissingTables(destination: Destination, plans: readonly RelationalPlan[], signal: AbortSignal): Promise<void> {
  if (!destination.contents) return;
  const there = new Set((await destination.contents(signal)).map(({name}) => name.toLowerCase()));
  const missing = plans.flatMap(({tables}) => tables.map(({schema: {table}}) => table)).filter(table => !there.has(table.toLowerCase()));
  const [first] = missing;
  if (first === undefined) return;
  throw new PipelineError(ErrorCode.SCHEMA, missing.length === 1 ? `table ${first} is not there` : `${missing.length} tables are not there, ${first} first`, {
    table: first, remedy: 'load again with these options and schema files: a table that a sync made would have the documents only that change from now on',
  });
}
