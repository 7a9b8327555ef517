import {createHash} from 'node:crypto';
import type {Settings} from '../config/settings.ts';

/** What the names of collections may take of the comment of a row. */
const MOST_NAMES = 60;

/**
 * Which tables a run is for, in the comment of its row of status: one table of states serves all that go to one target. Runs as the superseded system
 * had them, for compatible tables of all collections without a prefix, have its comments to the letter.
 */
export const runLabel = ({compat, prefix, collections}: Pick<Settings, 'compat' | 'prefix' | 'collections'>, database: string): string =>
  [...compat ? [] : [database], ...chosenParts({prefix, collections})].join('; ');

/** Whether a label is of the tables with this prefix, and of these collections; where neither is given, every one is. */
export function isLabelOf(label: string, chosen: Pick<Settings, 'prefix' | 'collections'>): boolean {
  const parts = label.split('; ');
  return chosenParts(chosen).every(part => parts.includes(part));
}

export const labelled = (name: string, label: string): string => (label === '' ? name : `${name} (${label})`);

/** The opposite. */
export function partsOf(comment: string): {readonly name: string; readonly label: string} {
  const [, name = comment, label = ''] = /^(.*?) \((.*)\)$/s.exec(comment) ?? [];
  return {name, label};
}

function chosenParts({prefix, collections}: Pick<Settings, 'prefix' | 'collections'>): readonly string[] {
  const names = [...collections].sort().join(', ');
  const short = names.length <= MOST_NAMES ? names : `${names.slice(0, MOST_NAMES - 20)}… ${createHash('sha256').update(names).digest('hex').slice(0, 12)}`;
  return [...prefix === '' ? [] : [`prefix ${prefix}`], ...names === '' ? [] : [`collections ${short}`]];
}
