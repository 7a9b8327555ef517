import {ErrorCode, PipelineError, type Column, type Problem, type Schema} from '@sluice/core';

/** What the two sides of a table that is there already are compared by, and how the destination spells what could be done about it. */
export interface ColumnRules<Planned> {
  /** What two names have in common that are one to the server. */
  fold(name: string): string;
  /** Whether a column that is there gives back what it is given. */
  takes(now: Column, planned: Planned): boolean;
  /** Whether a column that is there becomes as wide as the planned one without any change of what it holds. False when it is as wide already. */
  widens(now: Column, planned: Planned): boolean;
  /** The end of ALTER TABLE that adds the planned column, whether rows that are there have a value for it or not. */
  add(planned: Planned): string;
  /** The one that gives a column the planned type. */
  retype(now: Column, planned: Planned): string;
  drop(now: Column): string;
  /** ALTER TABLE with the name of the table there. */
  readonly alter: string;
}

/** Names of planned columns, in their order. */
export interface ColumnChanges {
  /** What a table of the destination has not got yet. */
  readonly add: readonly string[];
  /** What it has, and narrower. */
  readonly widen: readonly string[];
}

/** A source that says nothing of how wide its columns are gets none of the destination's made wider. */
export const saysItsWidth = ({native, maxLength, precision}: Column): boolean => native !== undefined || maxLength !== undefined || precision !== undefined;

interface Refusal {
  readonly column: string | null;
  readonly what: string;
  /** What a person could run instead. */
  readonly statement: string | null;
}

/**
 * What to do to a table of the destination before it takes the rows: changes that lose nothing of what it holds. Throws SCHEMA when that is not enough, with
 * every difference, what would be lost by it and the statement that a person could run: a new column that allows no NULL, one of another type, one the source
 * has not, another primary key.
 */
export function columnChanges<Planned extends {readonly column: Column}>(
  schema: Schema, columns: readonly Planned[], there: Schema, rules: ColumnRules<Planned>,
): ColumnChanges {
  const {fold, takes, widens} = rules;
  const refusals: Refusal[] = [];
  const refuse = (column: string | null, what: string, change: string | null) => {
    refusals.push({column, what, statement: change === null ? null : `${rules.alter} ${change}`});
  };
  const find = (where: Schema, name: string) => where.columns.find(column => fold(column.name) === fold(name));
  const add: string[] = [];
  const widen: string[] = [];
  for (const planned of columns) {
    const {name, nullable} = planned.column;
    const now = find(there, name);
    if (!now) {
      if (nullable) add.push(name);
      else refuse(name, `has no column ${name}, and a new one must allow NULL: its rows have no value for it`, rules.add(planned));
    } else if (!takes(now, planned)) {
      refuse(name, `has a column ${name} of another type: what it holds would have to become ${planned.column.type}, and some of it may be lost`, rules.retype(now, planned));
    } else if (widens(now, planned)) {
      widen.push(name);
    }
  }
  for (const now of there.columns) {
    if (!find(schema, now.name)) refuse(now.name, `has a column ${now.name} that the source has not: without it, what it holds is lost`, rules.drop(now));
  }
  if (fold(there.primaryKey.join('\0')) !== fold(schema.primaryKey.join('\0'))) refuse(null, 'has another primary key: rows could not be told apart as they are at the source', null);
  if (refusals.length > 0) throw refused(schema.table, refusals);
  return {add, widen};
}

function refused(table: string, refusals: readonly Refusal[]): PipelineError {
  const [{column}] = refusals as [Refusal, ...Refusal[]];
  const statements = refusals.flatMap(({statement}) => statement === null ? [] : [statement]);
  const problems = refusals.map((each): Problem => ({
    path: each.column === null ? table : `${table}.${each.column}`, message: `the destination ${each.what}${each.statement === null ? '' : `; ${each.statement}`}`,
  }));
  return new PipelineError(ErrorCode.SCHEMA, `table ${table} of the destination ${refusals.map(({what}) => what).join('; it ')}`, {
    table, ...(column !== null && {column}), ...(refusals.length > 1 && {problems}),
    remedy: `load it with replace, or change it there${statements.length === 0 ? '' : `: ${statements.join('; ')}`}`,
  });
}
