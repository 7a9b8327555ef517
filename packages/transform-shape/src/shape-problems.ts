import {didYouMean} from '@sluice/config';
import {isNamePattern, namePattern, type Problem, type Schema} from '@sluice/core';
import {castBetween, castsFrom} from './casts.ts';
import type {ShapeOfTable, TableShape} from './table-shape.ts';

/** What is wrong with the shape of one pattern, given the selected tables that it means. */
export function problemsOfShape(pattern: string, shape: TableShape, schemas: readonly Schema[], tables: readonly string[]): Problem[] {
  const path = `shapes.${pattern}`;
  if (schemas.length === 0) return [{path, message: nothingLike('selected table', pattern, tables)}];
  const problems: Problem[] = [];
  if (shape.rename !== undefined && schemas.length > 1) problems.push({path: `${path}.rename`, message: `would give ${schemas.length} tables one name`});
  const columns = schemas.flatMap(schema => schema.columns.map(column => ({table: schema.table, column})));
  const names = [...new Set(columns.map(({column}) => column.name))];
  const used: readonly (readonly [string, readonly string[]])[] = [
    ['select', shape.select ?? []], ['drop', shape.drop ?? []], ['cast', Object.keys(shape.cast ?? {})],
  ];
  for (const [key, patterns] of used) {
    for (const one of patterns.filter(each => !names.some(namePattern(each)))) problems.push({path: `${path}.${key}`, message: nothingLike('column', one, names)});
  }
  // New names are given one by one: here a star is a star.
  for (const name of Object.keys(shape.renameColumns ?? {})) {
    if (!names.includes(name)) problems.push({path: `${path}.renameColumns`, message: `there is no column ${name}${didYouMean(name, names)}`});
  }
  for (const [name, type] of Object.entries(shape.cast ?? {})) {
    for (const {table, column} of columns.filter(one => namePattern(name)(one.column.name))) {
      if (column.type === type || castBetween(column.type, type)) continue;
      problems.push({path: `${table}.${column.name}`, message: `cannot be cast from ${column.type} to ${type} exactly, only to ${castsFrom(column.type).join(', ')}`});
    }
  }
  return problems;
}

/** Names that would be given twice, and tables of which nothing is left. Names that differ in case only are one to some destinations. */
export function problemsOfNames(schemas: readonly Schema[], shapeOf: (table: string) => ShapeOfTable): Problem[] {
  const tables = schemas.map(({table}) => ({from: table, path: table, to: shapeOf(table).tableName(table)}));
  return [
    ...twice('table', tables),
    ...schemas.flatMap(({table, columns}) => {
      const shape = shapeOf(table);
      const left = columns.filter(({name}) => shape.keeps(name));
      if (left.length === 0) return [{path: table, message: 'no column is left: exclude the table'}];
      return twice('column', left.map(({name}) => ({from: name, path: `${table}.${name}`, to: shape.columnName(name)})));
    }),
  ];
}

function twice(kind: string, names: readonly {readonly from: string; readonly path: string; readonly to: string}[]): Problem[] {
  return names.flatMap(({from, path, to}) => {
    const other = from === to ? undefined : names.find(one => one.from !== from && one.to.toLowerCase() === to.toLowerCase());
    return other ? [{path, message: `cannot be called ${to}: ${other.path} has that ${kind} name`}] : [];
  });
}

function nothingLike(kind: string, pattern: string, names: readonly string[]): string {
  return isNamePattern(pattern) ? `no ${kind} is like ${pattern}` : `there is no ${kind} ${pattern}${didYouMean(pattern, names)}`;
}
