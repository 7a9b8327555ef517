import type {Column, ColumnType, Row, Value} from '@sluice/core';
import type {Fixture} from './fixtures.ts';
import type {HostileColumn} from './values.ts';

/** The fixture without the columns whose types a system does not have. */
export function withoutTypes({schema, rows}: Fixture, noTypes: readonly ColumnType[]): Fixture {
  const kept = schema.columns.flatMap(({type}, i) => (noTypes.includes(type) ? [] : [i]));
  const columns = kept.map(i => schema.columns[i]!);
  const names = new Set(columns.map(({name}) => name));
  return {
    schema: {...schema, columns, primaryKey: schema.primaryKey.every(name => names.has(name)) ? schema.primaryKey : []},
    rows: rows.map(row => kept.map(i => row[i]!)),
  };
}

/** The fixture as a source will give it. */
export function translate(
  {schema, rows}: Fixture, reads: (column: Column) => {readonly type: ColumnType; value?(value: NonNullable<Value>): Value} | null,
): Fixture {
  const plans = schema.columns.map(column => reads(column));
  return {
    schema: {...schema, columns: schema.columns.map((column, i) => ({...column, type: plans[i]?.type ?? column.type}))},
    rows: rows.map((row): Row => row.map((value, i) => (value === null ? null : plans[i]?.value ? plans[i].value(value) : value))),
  };
}

/** The hostile columns and values that a system can hold; `keeps` tells of one value. */
export function holdable(
  columns: readonly HostileColumn[], noTypes: readonly ColumnType[], keeps: (column: Column, valueName: string) => boolean,
): readonly HostileColumn[] {
  return columns.filter(({column}) => !noTypes.includes(column.type))
    .map(({column, values}) => ({column, values: values.filter(({name}) => keeps(column, name))}));
}
