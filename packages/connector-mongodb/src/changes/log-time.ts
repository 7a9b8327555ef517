/** A time of MongoDB's logs: seconds, and a number within the second. Both are unsigned 32 bits. */
export interface LogTime {
  readonly t: number;
  readonly i: number;
}

/** Before every entry of a log. */
export const ORIGIN: LogTime = {t: 0, i: 0};

/** Negative when the first is earlier. By number: as texts, 10 would come before 9. */
export const compareTimes = (a: LogTime, b: LogTime): number => a.t - b.t || a.i - b.i;
