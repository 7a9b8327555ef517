import {partsOf} from './run-label.ts';
import type {StatusRow} from './status-row.ts';

/**
 * - `in step`: the last run ended well.
 * - `running`: one is under way.
 * - `interrupted`: the last one died; the next one goes on where it was.
 * - `failing`: the last one failed; the next one tries again.
 * - `late`: the last one ended well, but longer ago than it may.
 * - `load needed`: there is nothing to go on from.
 */
export type State = 'in step' | 'running' | 'interrupted' | 'failing' | 'late' | 'load needed';

export interface Assessment {
  readonly state: State;
  /** One sentence, for people. */
  readonly line: string;
}

export interface Evidence {
  /** Of the same tables, newest first. */
  readonly rows: readonly StatusRow[];
  /** Whether a process holds the lock of the target. */
  readonly isHeld: boolean;
  /** How long ago the last good run ended, in milliseconds; null when none is known. */
  readonly ageMs: number | null;
  readonly maxAgeMs: number | null;
}

/** What the comment says of a load that somebody began by hand, and ends by hand. */
export const BY_HAND = 'init load by hand';

export const isByHand = ({comment}: Pick<StatusRow, 'comment'>): boolean => partsOf(comment).name === BY_HAND;

/** What the rows say. */
export function assess({rows: [newest], isHeld, ageMs, maxAgeMs}: Evidence): Assessment {
  if (!newest) return {state: 'load needed', line: 'nothing was loaded yet'};
  const {status, comment, timeStart, timeEnd, error, attempt} = newest;
  const began = timeStart.slice(0, 19);
  if (error === true) return {state: 'load needed', line: `the ${comment} of ${began} failed, and there is nothing to go on from`};
  if (timeEnd === null) {
    if (isHeld || isByHand(newest)) return {state: 'running', line: `the ${comment} of ${began} is under way`};
    return status === 0 ? {state: 'load needed', line: `the ${comment} of ${began} died`} : {state: 'interrupted', line: `the ${comment} of ${began} died; the next one goes on where it was`};
  }
  if (error === null) return {state: 'failing', line: `the ${comment} of ${began} failed${(attempt ?? 0) > 1 ? `, the ${attempt}th in a row` : ''}; the next one tries again`};
  if (maxAgeMs !== null && (ageMs === null || ageMs > maxAgeMs)) return {state: 'late', line: `the ${comment} of ${began} ended well, but too long ago`};
  return {state: 'in step', line: `the ${comment} of ${began} ended well`};
}

/** From the best to the worst. */
const STATES: readonly State[] = ['in step', 'running', 'late', 'interrupted', 'failing', 'load needed'];

/** What counts of several: the worst. */
export const worst = (assessments: readonly Assessment[]): Assessment | undefined => assessments.toSorted((one, other) => STATES.indexOf(other.state) - STATES.indexOf(one.state))[0];

/** 0 when all is well, 3 when a load is needed, 1 otherwise. */
export const exitCodeOf = (state: State): 0 | 1 | 3 => (state === 'in step' || state === 'running' ? 0 : state === 'load needed' ? 3 : 1);
