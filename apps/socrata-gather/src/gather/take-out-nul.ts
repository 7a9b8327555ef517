import type {Batch, Schema} from '@sluice/core';

/** How many values of which column lost a character. */
export type TakenOut = Map<string, number>;

/** Takes the character NUL, which no text of PostgreSQL can have, out of the texts of a batch, and counts the values. */
export function takeOutNul({columns}: Schema, {rows}: Batch, counts: TakenOut): void {
  const texts = columns.flatMap(({name, type}, at) => (type === 'text' ? [{name, at}] : []));
  for (const row of rows) {
    for (const {name, at} of texts) {
      const value = row[at];
      if (typeof value !== 'string' || !value.includes('\0')) continue;
      row[at] = value.replaceAll('\0', '');
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
}

/** What was taken out, in a sentence; null: nothing. */
export function takenOutText(counts: ReadonlyMap<string, number>): string | null {
  if (counts.size === 0) return null;
  const columns = [...counts].map(([name, count]) => `${count} of column ${name}`).join(', ');
  return `the character NUL, which PostgreSQL cannot hold, was taken out of texts: ${columns}`;
}
