import {closeSync, openSync, readdirSync, rmSync, writeSync} from 'node:fs';
import {join} from 'node:path';

/** Text appended to one file a day: `NAME-YYYY-MM-DD.log`, by local time. */
export interface DailyFile {
  /** Appends one event, in one write, to the file of its day; the day's first one makes the file and removes the oldest. */
  append(text: string, time: Date): void;
  close(): void;
}

/**
 * Opens a log that changes its file at midnight. Written in the same moment and never buffered: nothing
 * is lost however the process ends, and nothing keeps it alive. Several processes may append to one file.
 * The newest `keep` files of this name are kept, the one that is written among them.
 */
export function dailyFile(folder: string, name: string, keep: number): DailyFile {
  let open: {readonly descriptor: number; readonly day: string} | undefined;
  const close = () => {
    if (open) closeSync(open.descriptor);
    open = undefined;
  };
  return {
    append(text, time) {
      const day = dayOf(time);
      if (open?.day !== day) {
        close();
        const file = `${name}-${day}.log`;
        open = {descriptor: openSync(join(folder, file), 'a', 0o640), day};
        prune(folder, name, keep, file);
      }
      writeSync(open.descriptor, text);
    },
    close,
  };
}

/** By name only: what else lies in the folder stays, and a touched or copied file is as old as its name. */
function prune(folder: string, name: string, keep: number, current: string): void {
  const pattern = new RegExp(`^${name}-\\d{4}-\\d{2}-\\d{2}\\.log$`);
  // After a clock that was ahead for a while, today's file is not the newest one.
  const others = readdirSync(folder).filter(file => pattern.test(file) && file !== current).sort();
  for (const file of others.slice(0, Math.max(0, others.length - (keep - 1)))) rmSync(join(folder, file), {force: true});
}

const two = (number: number) => String(number).padStart(2, '0');

/** Its day in local time, `2024-05-06`. */
const dayOf = (time: Date) => `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;

/** Local time with its offset, so that logs of a night with a change of the clocks can be read: `2024-05-06T07:08:09.123+02:00`. */
export function localTime(time: Date): string {
  const offset = -time.getTimezoneOffset();
  const clock = `${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}.${String(time.getMilliseconds()).padStart(3, '0')}`;
  return `${dayOf(time)}T${clock}${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
}
