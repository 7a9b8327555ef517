import type {ReleasePolicy} from '@sluice/core';
import type {Certificate} from './certificate.ts';

/** What the rules do otherwise than at the time of an earlier certificate. */
export function driftSince(previous: Certificate, policy: ReleasePolicy): {path: string; change: string}[] {
  const then = new Map(previous.columns.flatMap(({table, columns}) => columns.filter(({effect}) => effect !== 'added' && effect !== 'undecided').map(one => [placeOf(table, one), one] as const)));
  const now = new Map(policy.tables.flatMap(({table, columns}) => columns.map(one => [placeOf(table, one), one] as const)));
  return [
    ...[...now].flatMap(([path, {parameters, class: of}]) => {
      const before = then.get(path);
      if (before === undefined) return [{path, change: `new: ${parameters}`}];
      return [
        ...before.parameters === parameters ? [] : [{path, change: `${before.parameters} became ${parameters}`}],
        ...before.class === of ? [] : [{path, change: `class ${before.class ?? 'none given'} became ${of ?? 'none given'}`}],
      ];
    }),
    ...[...then.keys()].filter(path => !now.has(path)).map(path => ({path, change: 'gone'})),
  ];
}

const placeOf = (table: string, {column, path}: {readonly column: string; readonly path: string | null}): string => path === null ? `${table}.${column}` : `${table}.${column} ${path}`;
