import type {Schema} from '@sluice/core';
import type {RelationalPlan} from '@sluice/relational';

/** Every table of a plan, the one for what fits nowhere last. */
export const schemasOf = ({tables, extra}: RelationalPlan): Schema[] => [...tables.map(({schema}) => schema), ...extra ? [extra.schema] : []];

export const columnsOf = (plan: RelationalPlan): Record<string, string[]> =>
  Object.fromEntries(schemasOf(plan).map(({table, columns}) => [table, columns.map(({name}) => name)]));

/** `name type`, the type as PostgreSQL spells it where the plan says so. */
export const typedColumns = (plan: RelationalPlan): Record<string, string[]> =>
  Object.fromEntries(schemasOf(plan).map(({table, columns}) => [table, columns.map(({name, type, native}) => `${name} ${native?.sql ?? type}`)]));

export const indexesOf = (plan: RelationalPlan): string[] =>
  schemasOf(plan).flatMap(({indexes = []}) => indexes.map(({name, parts}) => `${name} (${parts.map(({column}) => column).join(', ')})`));
