import {ErrorCode, PipelineError, type Batch, type Schema} from '@sluice/core';
import {lossRuleFlag} from './loss-rules.ts';
import {possibleRules} from './plan-losses.ts';

/** Fits a batch; a value that cannot be held says which rules would let the run go on. */
export function fitOrSayRules<T>(schema: Schema, batch: Batch, fit: (batch: Batch) => T): T {
  try {
    return fit(batch);
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== ErrorCode.VALUE) throw error;
    const at = schema.columns.findIndex(({name}) => name === error.context.column);
    const column = schema.columns[at];
    if (!column) throw error;
    const refusesNull = !column.nullable && batch.rows.some((row, i) => row[at] === null && batch.ops?.[i] !== 'delete');
    const rules = possibleRules(schema, column, refusesNull).map(rule => lossRuleFlag(schema.table, column.name, rule)).join(' or ');
    throw new PipelineError(error.code, error.message, {
      ...error.context, cause: error,
      remedy: `say what becomes of such values with a rule for losses, --on-loss ${rules}; or ${error.remedy ?? 'change the value on the way'}`,
    });
  }
}
