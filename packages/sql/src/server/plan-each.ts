import {ErrorCode, PipelineError, type LoadRequest, type Schema} from '@sluice/core';

/** Plans every table of a load. Throws SCHEMA when one cannot be made, with every such table and not only the first. */
export function planEach<Plan>({catalog, mode}: Pick<LoadRequest, 'catalog' | 'mode'>, plan: (schema: Schema) => Plan): Plan[] {
  return allOrProblems(catalog.tables, schema => {
    if ((mode === 'upsert' || mode === 'mirror') && schema.primaryKey.length === 0) {
      throw new PipelineError(ErrorCode.SCHEMA, `table ${schema.table} has no primary key to ${mode} by`, {
        table: schema.table, remedy: 'say which columns identify a row (--key), or use replace or append for it',
      });
    }
    return plan(schema);
  }, () => 'change the tables on the way, or leave them out');
}

/** What `one` makes of each item. Throws SCHEMA with what it threw for all of them, when it is more than one. */
export function allOrProblems<Item, Result>(
  items: readonly Item[], one: (item: Item) => Result, remedy: (problems: readonly PipelineError[]) => string,
): Result[] {
  const problems: PipelineError[] = [];
  const results = items.flatMap((item): Result[] => {
    try {
      return [one(item)];
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
      problems: problems.flatMap(problem => problem.problems.length > 0 ? problem.problems
        : [{...(problem.context.table !== undefined && {path: problem.context.table}), message: problem.message}]),
      remedy: remedy(problems),
    });
  }
  return results;
}
