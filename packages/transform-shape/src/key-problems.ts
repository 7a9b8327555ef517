import {didYouMean} from '@sluice/config';
import type {Problem, Schema} from '@sluice/core';
import type {ShapeOfTable} from './table-shape.ts';

/** What is wrong with the keys that tables are given: columns that are not there, or twice, or left out. */
export function problemsOfKeys(schemas: readonly Schema[], shapeOf: (table: string) => ShapeOfTable): Problem[] {
  return schemas.flatMap(({table, columns}) => {
    const shape = shapeOf(table);
    const names = columns.map(({name}) => name);
    return (shape.key() ?? []).flatMap((name, i, key): Problem[] => {
      const path = `${table}.${name}`;
      if (!names.includes(name)) return [{path, message: `cannot be in the key: there is no column ${name}${didYouMean(name, names)}`}];
      if (key.indexOf(name) !== i) return [{path, message: 'is twice in the key'}];
      return shape.keeps(name) ? [] : [{path, message: 'is in the key and left out'}];
    });
  });
}
