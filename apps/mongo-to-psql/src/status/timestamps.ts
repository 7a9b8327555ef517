/** A place in an oplog: seconds, and the ordinal within the second. */
export interface OplogTime {
  readonly seconds: number;
  readonly increment: number;
}

/**
 * Places in the oplogs of all shards, in the order of the shards' names, as the superseded system's status table has
 * them: `Timestamp(1464278289, 1);None`. Null where an oplog was empty.
 */
export const timestampsText = (times: readonly (OplogTime | null)[]): string =>
  times.map(time => (time === null ? 'None' : `Timestamp(${time.seconds}, ${time.increment})`)).join(';');

/** The opposite; null when the text is not of this form. */
export function parseTimestamps(text: string): readonly (OplogTime | null)[] | null {
  const times: (OplogTime | null)[] = [];
  for (const part of text.split(';')) {
    if (part.trim() === 'None') {
      times.push(null);
      continue;
    }
    const match = /^\s*Timestamp\((\d{1,10}), ?(\d{1,10})\)\s*$/.exec(part);
    if (!match) return null;
    times.push({seconds: Number(match[1]), increment: Number(match[2])});
  }
  return times;
}

/** By number: as texts, the 9th entry of a second came after its 10th. */
export const compareTimes = (a: OplogTime, b: OplogTime): number => a.seconds - b.seconds || a.increment - b.increment;
