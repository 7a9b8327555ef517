import type {Column, ReleaseColumn, ReleasePolicy, ReleaseTable, StagedTable} from '@sluice/core';
import {isSafeHarborClass, readClass} from '@sluice/identifiers';
import {pathMatcher} from './json-values.ts';

/** Methods that make a value up or encode it: what they give looks like the real one, and may be somebody else's by chance. */
const madeUp: ReadonlySet<string> = new Set(['surrogate', 'sequence', 'fakeRandom', 'fakeKeyed', 'hmac', 'aesSiv', 'fpe', 'dateShift', 'noise']);
/** Methods that may leave a value as it is: one that is coarse, common, clean or young enough already. */
const mayLeave: ReadonlySet<string> = new Set(['age90', 'yearFloor90', 'year', 'topCode', 'round', 'bucket', 'suppressRare', 'localSuppress', 'redactText', 'toState', 'zip3', 'city', 'zip5', 'month', 'json', 'constant', 'tag']);
/** Methods after which equal subjects are still equal, and others are not. */
const joins: ReadonlySet<string> = new Set(['keep', 'surrogate', 'hmac', 'aesSiv', 'fpe']);

/** A column of what was written, and what the policy says of it. */
export interface WrittenColumn {
  readonly name: string;
  readonly column: Column;
  /** Position in `out`. */
  readonly position: number;
  /** Null for a column that another transform added. */
  readonly decided: ReleaseColumn | null;
  readonly madeUp: boolean;
  readonly mayLeave: boolean;
  /** In a document: whether what stands at a path was made up; absent where nothing in it was. */
  readonly madeUpAt?: (path: string) => boolean;
}

/** What the policy and the run say of one table, put together. */
export interface TableRoles {
  readonly staged: StagedTable;
  readonly policy: ReleaseTable;
  readonly written: readonly WrittenColumn[];
  /** Columns of the source whose values must not be found anywhere in what is written. */
  readonly known: readonly {readonly column: string; readonly path: string | null; readonly class: string; readonly kind: string | null}[];
  /** Quasi columns at the source, and those of them that are still there. */
  readonly quasiBefore: readonly string[];
  readonly quasiAfter: readonly string[];
  readonly sensitive: readonly string[];
  /** Columns that tell whose row it is, before and after; null when nobody knows. */
  readonly personBefore: readonly string[] | null;
  readonly personAfter: readonly string[] | null;
  /** Columns that tell the row, kept as they were; null when there are none. */
  readonly key: readonly string[] | null;
}

/** Lays the policy over what a run has written. `null` for a table that the policy does not have. */
export function rolesOf(policy: ReleasePolicy, staged: StagedTable): TableRoles | null {
  const table = policy.tables.find(one => one.table === staged.source.table);
  if (table === undefined) return null;
  const whole = new Map(table.columns.filter(({path}) => path === null).map(one => [one.column, one]));
  const written = staged.out.columns.map((column, position): WrittenColumn => {
    const decided = staged.effects.some(({column: name, effect}) => name === column.name && effect === 'added') ? null : whole.get(column.name) ?? null;
    return {name: column.name, column, position, decided, madeUp: decided !== null && madeUp.has(decided.method), mayLeave: decided !== null && mayLeave.has(decided.method), ...madeUpInside(table, column.name)};
  });
  const survives = (name: string) => written.some(one => one.name === name && one.decided !== null && one.decided.effect !== 'blanked');
  const exists = (name: string) => staged.source.columns.some(column => column.name === name);
  const named = policy.risk.quasi?.filter(one => one.table === table.table).map(({column}) => column);
  const quasi = (named ?? [...whole.values()].filter(({class: of}) => of === 'quasi' || of === 'B' || of === 'C').map(({column}) => column)).filter(exists);
  const subject = table.subject?.every(exists) ? table.subject : null;
  const ages = staged.effects.filter(({effect, method}) => effect === 'added' && method.startsWith('age')).map(({column}) => column);
  return {
    staged, policy: table, written,
    known: table.columns.filter(({column, effect, class: of}) => effect !== 'kept' && isLookedFor(of) && exists(column)).map(({column, path, class: of, kind}) => ({column, path, class: of!, kind})),
    quasiBefore: quasi,
    quasiAfter: [...quasi.filter(survives), ...ages.filter(name => written.some(one => one.name === name) && !quasi.includes(name))],
    sensitive: [...whole.values()].filter(({class: of, column}) => of === 'sensitive' && exists(column)).map(({column}) => column),
    personBefore: subject,
    personAfter: subject?.every(name => survives(name) && joins.has(whole.get(name)?.method ?? '')) ? subject : null,
    key: keptKey(staged, written),
  };
}

/** By the paths of a policy: the most exact one that means a place decides, a name before `*` before what lies further up. */
function madeUpInside({columns}: ReleaseTable, name: string): Pick<WrittenColumn, 'madeUpAt'> {
  const paths = columns.filter(one => one.column === name && one.path !== null).map(({path, method}) => ({method, matches: pathMatcher(path!), stars: path!.split('*').length, length: path!.length}))
    .sort((a, b) => a.stars - b.stars || b.length - a.length);
  if (!paths.some(({method}) => madeUp.has(method))) return {};
  return {madeUpAt: path => {
    const rule = paths.find(({matches}) => matches(path));
    return rule !== undefined && madeUp.has(rule.method);
  }};
}

/** Names of staff need not go, and may be those of a patient. */
export const isOfStaff = ({decided}: WrittenColumn): boolean => decided?.class === 'provider' && decided.effect === 'kept';

/** Towns and counties that stay have the names of people. */
export const isOfPlaces = ({decided}: WrittenColumn): boolean => decided?.class === 'B' && decided.effect !== 'blanked';

/** Days and ages are everybody's: that they are gone is for the scan and the changed values to say. */
function isLookedFor(of: string | null): boolean {
  const known = of === null ? null : readClass(of);
  return known !== null && known.class !== 'C' && (isSafeHarborClass(known.class) || known.class === 'secret');
}

/** A primary key or a unique index whose columns are all as the source has them, and never null. */
function keptKey({source}: StagedTable, written: readonly WrittenColumn[]): readonly string[] | null {
  const stays = (name: string) => written.some(one => one.name === name && one.decided?.effect === 'kept');
  const candidates = [source.primaryKey, ...(source.indexes ?? []).filter(({unique, parts}) => unique && parts.every(part => part.column !== null && part.prefix === undefined))
    .map(({parts}) => parts.map(part => part.column!))];
  return candidates.find(columns => columns.length > 0 && columns.every(name => stays(name) && source.columns.some(column => column.name === name && (!column.nullable || columns === source.primaryKey)))) ?? null;
}
