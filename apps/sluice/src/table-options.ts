import {z} from '@sluice/config';

const name = z.string().min(1);
const names = z.array(name).min(1);

/** Ways to write; see `CopyMode` of `@sluice/engine`. */
export const modes = ['replace', 'append', 'upsert', 'mirror', 'snapshot'] as const;
export type Mode = (typeof modes)[number];

/**
 * What can be said of one table, or of all that a pattern means. The flags of `copy` are decoded into a record
 * of these by pattern (`readTableFlags`); a file with several tables can hold the same record: give it to
 * `selectionOf`, which makes the transform and the reads of a copy. `mode` is not part of that: a copy has one,
 * so tables of different modes are different copies.
 */
export const tableOptions = z.strictObject({
  mode: z.enum(modes).optional().describe('How the rows get into the table; default replace.'),
  key: names.optional().describe('Columns that identify a row, by their names at the source; default the primary key.'),
  cursor: name.optional().describe('A column whose values only grow: append or upsert only what lies beyond those of the runs before.'),
  where: name.optional().describe('Only rows that meet this condition, in the SQL of the source.'),
  columns: names.optional().describe('Names or patterns of the columns to keep; with a minus in front, of those to leave out.'),
  rename: name.optional().describe('The name of the table at the destination.'),
  renameColumns: z.record(name, name).optional().describe('Column -> its name at the destination.'),
});

export type TableOptions = z.output<typeof tableOptions>;
/** By name or pattern of the table at the source: `*` is any run of characters, `?` one, a backslash takes the next literally. */
export type TableOptionsByPattern = Readonly<Record<string, TableOptions>>;
