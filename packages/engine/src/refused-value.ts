import {ErrorCode, PipelineError, type Schema} from '@sluice/core';
import {possibleRules} from './plan-losses.ts';

/** Fits a batch; a value that cannot be held says which rules would let the run go on. */
export function fitOrSayRules<T>(schema: Schema, fit: () => T): T {
  try {
    return fit();
  } catch (error) {
    const column = error instanceof PipelineError && error.code === ErrorCode.VALUE ? schema.columns.find(({name}) => name === error.context.column) : undefined;
    if (!column || !(error instanceof PipelineError)) throw error;
    const rules = possibleRules(schema, column).map(rule => `'${schema.table}.${column.name}=${rule}'`).join(' or ');
    throw new PipelineError(error.code, error.message, {
      ...error.context, cause: error,
      remedy: `say what becomes of such values with a rule for losses, --on-loss ${rules}; or ${error.remedy ?? 'change the value on the way'}`,
    });
  }
}
