import type {RunReport} from '@sluice/core';

/** What there is to say whether a copy is as it should be. */
export interface Evidence {
  /** What the user calls it. */
  readonly name: string;
  readonly last: RunReport | null;
  /** The newest run that went well. */
  readonly lastGood: RunReport | null;
  /** Why the runs cannot be told; null when they can. */
  readonly damage: string | null;
  readonly file: 'there' | 'missing' | 'no database';
  readonly now: Date;
  readonly maxAgeMs: number;
}

export interface Concern {
  readonly kind: 'state' | 'no run' | 'clock' | 'failed' | 'old' | 'file';
  readonly message: string;
}

export interface Verdict {
  readonly ok: boolean;
  readonly concerns: readonly Concern[];
  /** One line, for people. */
  readonly line: string;
}

/** Clocks are put right by seconds all the time: that is no jump. */
const TOLERANCE_MS = 60_000;

/** Judges: everything that is wrong is told, in the order in which it is to be looked into. */
export function judge({name, last, lastGood, damage, file, now, maxAgeMs}: Evidence): Verdict {
  const concerns: Concern[] = [];
  const concern = (kind: Concern['kind'], message: string) => void concerns.push({kind, message});
  const good = lastGood === null ? 'there was no good one yet' : `the last good one was ${ago(lastGood, now)}`;
  if (damage !== null) concern('state', damage);
  else if (last === null) concern('no run', 'no run is remembered yet');
  else {
    const age = now.getTime() - Date.parse(last.finishedAt);
    if (age < -TOLERANCE_MS) {
      concern('clock', `the last run ended ${timeText(-age)} from now, at ${moment(last.finishedAt)}: the clock has jumped back, and no age can be told`);
    }
    if (last.status !== 'ok') {
      const code = codeOf(last);
      concern('failed', `the last run, ${ago(last, now)}, ${outcomes[last.status]}${code === null ? '' : ` with ${code}`}; ${good}`);
    } else if (age > maxAgeMs) concern('old', `the last run was ${ago(last, now)}, more than ${timeText(maxAgeMs)}`);
  }
  if (file === 'missing') concern('file', 'the file does not exist');
  if (file === 'no database') concern('file', 'the file is not a SQLite database');
  return {
    ok: concerns.length === 0, concerns,
    line: `${name}: ${last !== null && concerns.length === 0
      ? `good, the last run was ${ago(last, now)}${last.verification.status === 'passed' ? ', verified' : ', not verified'}`
      : concerns.map(({message}) => message).join('; ')}`,
  };
}

const outcomes = {ok: 'was good', failed: 'failed', partial: 'was partial', interrupted: 'was interrupted'} as const;

/** The code of what made a run fail. */
export function codeOf({error, tables}: RunReport): string | null {
  return error?.code ?? tables.find(table => table.error)?.error?.code ?? null;
}

const ago = ({finishedAt}: RunReport, now: Date) => {
  const age = now.getTime() - Date.parse(finishedAt);
  return age < -TOLERANCE_MS ? `at ${moment(finishedAt)}` : `${timeText(Math.max(0, age))} ago (${moment(finishedAt)})`;
};

/** `45 s`, `12 min`, `3 h 12 min`, `2 d 1 h`. */
export function timeText(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const parts = ([['d', Math.floor(seconds / 86_400)], ['h', Math.floor(seconds / 3600) % 24], ['min', Math.floor(seconds / 60) % 60], ['s', seconds % 60]] as const)
    .map(([unit, count]) => ({text: `${count} ${unit}`, count}));
  // 26 h are not 1 d 2 h to whoever has asked for 26 h.
  if (seconds < 48 * 3600) parts.splice(0, 2, {text: `${Math.floor(seconds / 3600)} h`, count: Math.floor(seconds / 3600)});
  const first = parts.findIndex(({count}) => count > 0);
  return first < 0 ? '0 s' : parts.slice(first, first + 2).filter(({count}, i) => i === 0 || count > 0).map(({text}) => text).join(' ');
}

/** Local time to the minute. */
export function moment(iso: string): string {
  const time = new Date(iso);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
