import {ErrorCode, PipelineError, type LoadRequest, type Schema} from '@sluice/core';

/** Plans every table of a load. Throws SCHEMA when one cannot be made, with every such table and not only the first. */
export function planEach<Plan>({catalog, mode}: Pick<LoadRequest, 'catalog' | 'mode'>, plan: (schema: Schema) => Plan): Plan[] {
  const problems: PipelineError[] = [];
  const plans = catalog.tables.flatMap((schema): Plan[] => {
    try {
      if ((mode === 'upsert' || mode === 'mirror') && schema.primaryKey.length === 0) {
        throw new PipelineError(ErrorCode.SCHEMA, `table ${schema.table} has no primary key to ${mode} by`, {
          table: schema.table, remedy: 'say which columns identify a row (--key), or use replace or append for it',
        });
      }
      return [plan(schema)];
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      problems.push(error);
      return [];
    }
  });
  const [first] = problems;
  if (first !== undefined && problems.length === 1) throw first;
  if (first !== undefined) {
    throw new PipelineError(ErrorCode.SCHEMA, problems.map(problem => problem.message).join('; '), {
      problems: problems.map(problem => ({...(problem.context.table !== undefined && {path: problem.context.table}), message: problem.message})),
      remedy: 'change the tables on the way, or leave them out',
    });
  }
  return plans;
}
