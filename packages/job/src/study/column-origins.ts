import type {Schema, Transform} from '@sluice/core';
import {planTable} from '@sluice/engine';

/**
 * Of the columns that come out of the transforms, those whose values are the source's own: their names at
 * the source, by the name they come out with. Others are computed on the way.
 */
export function columnOrigins(read: Schema, transforms: readonly Transform[]): ReadonlyMap<string, string> {
  let origins = new Map(read.columns.map(({name}) => [name, name]));
  for (const {schema, effects, renames = []} of planTable(read, transforms)?.steps ?? []) {
    const computed = new Set(effects.flatMap(({column, effect}) => effect === 'dropped' ? [] : [column]));
    const before = new Map(renames.map(({from, to}) => [to, from]));
    origins = new Map(schema.columns.flatMap(({name}): [string, string][] => {
      const renamed = before.get(name);
      const origin = origins.get(renamed ?? name);
      return origin === undefined || (renamed === undefined && computed.has(name)) ? [] : [[name, origin]];
    }));
  }
  return origins;
}
