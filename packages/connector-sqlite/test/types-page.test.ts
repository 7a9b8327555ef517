import {expect, test} from 'vitest';
import {affinityOf, typeRules} from '../src/index.ts';
import type {Column} from '@sluice/core';

const cell = (text: string) => text.replaceAll('|', '\\|');

test('TYPES.md says how each type lies in a file', async () => {
  const rows = typeRules.map(({what, declared, affinity, stored, sorts, sums}) => `| ${[what, declared, affinity, stored, sorts, sums].map(cell).join(' | ')} |`);
  await expect(`# Types in SQLite

Generated from the rules that the connector works by (\`src/types.ts\`): edit those, then run this package's tests with \`-u\`.

SQLite stores what a value is, not what its column is called; the declared type's *affinity* decides what a value becomes on its way in.
Every column gets a declared type whose affinity leaves its values as they are, and reads back in canonical form, to the last digit and byte.

| column | declared type | affinity | stored as | sorts | sums |
|---|---|---|---|---|---|
${rows.join('\n')}

## Numbers beyond what SQLite's own hold

- A decimal of at most 15 digits is a number: SQLite guarantees 15. One of more digits is text, or it would be rounded in silence. \`SUM\` and comparisons with
  numbers work on both, in binary floating point; text sorts as text, so write \`ORDER BY CAST(x AS NUMERIC)\`.
- An unsigned 64-bit integer is an INTEGER up to 9223372036854775807. Above it is text of exactly 20 digits: SQLite sorts every text after every number,
  and texts of one length sort as their numbers do. Look for such a value as text: \`WHERE id = '18446744073709551615'\`.
  The column has no declared type, for any numeric one would make a rounded number of the text.

## What survives in comments

The DDL keeps in SQL comments what SQLite has no place for, and a source reads it back: the type at its origin (\`/*mysql: enum('a','b')*/\`), what the
declared type cannot say (\`/*sluice: int unsigned64*/\`), comments of tables, columns and indexes (\`/*# text*/\`), the name of an index at its origin
(\`/*index: name*/\`). A table or view that could not keep its name says it (\`/*name: name*/\`): the next load knows it again by that. In a comment a backslash stands before a backslash, before the slash of a star and slash, and for a NUL before a 0.

## Reading files that others made

SQLite does not hold a column to its declared type. So a source looks at the values once, and a column that holds something else than it declares is \`any\`:
each value is copied as what it is. Dates and times in columns of NUMERIC affinity (\`DATE\`, \`DATETIME\`) are such when all their values are written so.
Text that is not in the encoding of its file is refused with its place, never changed.
`).toMatchFileSnapshot('../TYPES.md');
});

test('each declared type has the affinity that the page says', () => {
  const column: Column = {name: 'c', type: 'int', nullable: true, precision: 10, scale: 2, maxLength: 20};
  for (const {declare, affinity, what} of typeRules) expect(affinityOf(declare(column)), what).toBe(affinity);
});
