import type {RowTotals, SocrataSource} from '@sluice/connector-socrata';
import {ErrorCode, PipelineError, type Schema} from '@sluice/core';
import type {Topic} from '../topics/topic-file.ts';

/** What the portal counts of the rows that a topic's filter chooses. Throws CONFIG for a filter that it does not take, and as `SocrataSource.totals` does. */
export async function chosenRows(portal: SocrataSource, schema: Schema, {name, filter = ''}: Pick<Topic, 'name' | 'filter'>, signal: AbortSignal): Promise<RowTotals> {
  try {
    return await portal.totals(schema, filter, signal);
  } catch (error) {
    if (!(error instanceof PipelineError) || (error.code !== ErrorCode.SCHEMA && error.code !== ErrorCode.CONFIG)) throw error;
    // Without the filter it counted them a moment ago.
    const problem = await portal.checkFilter(schema, filter, signal);
    if (problem === null) throw error;
    throw new PipelineError(ErrorCode.CONFIG, `the filter of topic ${name} cannot be used: ${problem}`, {remedy: 'correct `filter` in the topics file: a condition in SoQL, over names of columns as `describe` shows them', cause: error});
  }
}
