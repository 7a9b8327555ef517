import type {Schema} from '@sluice/core';

/** Where rows come from and where they go, without anything secret. */
export interface Places {
  readonly from: string;
  /** Absent where the log lies at the target. */
  readonly to?: string;
}

/** Names and types of columns, and whose they are, for the next run to compare. */
export const columnsText = ({columns, primaryKey}: Schema, {from, to}: Places): string =>
  JSON.stringify({key: primaryKey, columns: columns.map(({name, type, native}) => [name, native?.sql ?? type]), from, to});

/** What became of the columns since: the new ones, and what a table that is brought up to date cannot follow, in words. */
export interface ColumnChanges {
  readonly added: readonly string[];
  readonly lost: readonly string[];
}

export function columnChanges(before: string, now: string): ColumnChanges {
  const [old, current] = [parsed(before), parsed(now)];
  const lost = [...old.columns].flatMap(([name, type]) => {
    const present = current.columns.get(name);
    return present === undefined ? [`${name} is gone`] : present === type ? [] : [`${name} was ${type} and is ${present}`];
  });
  if (old.key.join() !== current.key.join()) lost.push(`rows are identified by ${current.key.join(', ')} instead of ${old.key.join(', ')}`);
  return {added: [...current.columns.keys()].filter(name => !old.columns.has(name)), lost};
}

/** Where the rows of a run came from and went to; absent where it did not write that down. */
export const placesOf = (text: string): Partial<Places> => JSON.parse(text) as Partial<Places>;

function parsed(text: string): {readonly key: readonly string[]; readonly columns: ReadonlyMap<string, string>} {
  const {key, columns} = JSON.parse(text) as {readonly key: readonly string[]; readonly columns: readonly (readonly [string, string])[]};
  return {key, columns: new Map(columns)};
}
