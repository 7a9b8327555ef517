import {z} from '@sluice/config';
import type {Choice} from './document-schema.ts';

const SCALARS = ['bool', 'int', 'long', 'double', 'decimal', 'string', 'date', 'objectId', 'uuid', 'binary', 'json', 'null'] as const satisfies readonly Choice[];
const CHOICES = [...SCALARS, 'columns', 'table', 'exclude'] as const satisfies readonly Choice[];

const count = z.int().min(0);
const name = z.string().min(1).refine(text => !text.includes('\0'), 'must not hold a NUL').optional();
const unlisted = z.enum(['names', 'depth']).optional();

const shape = {
  as: z.enum(CHOICES).describe('What becomes of it: a column of this type, `columns` for a document\'s fields, `table` for an array\'s items, or nothing (`exclude`).'),
  types: z.record(z.string(), count).optional().describe('How often each BSON type was met.'),
  absent: count.optional().describe('How many of the documents around it have no such field. For the reader; it is not read.'),
  longest: count.optional().describe('Bytes of the longest string.'),
  most: count.optional().describe('Items of the longest array.'),
  inexact: count.optional().describe('Integers that no double holds exactly.'),
  fractions: count.optional().describe('Doubles that are no whole number.'),
  notFinite: count.optional().describe('Doubles and decimals that are NaN or infinite.'),
  unlisted: unlisted.describe('Why fields are not listed: too many different names, or nested too deeply.'),
  column: name.describe('The name of the column; of a document, its part in the names of its columns.'),
  table: name.describe('The name of the table of an array.'),
  note: z.string().optional().describe('Why it becomes what it becomes.'),
};

/** What the file says of a path. */
export interface FileItem extends z.output<z.ZodObject<typeof shape>> {
  readonly fields?: FileField[] | undefined;
  readonly items?: FileItem | undefined;
}

export interface FileField extends FileItem {
  readonly name: string;
}

const item: z.ZodType<FileItem> = z.strictObject({
  ...shape,
  get fields() { return z.array(field).optional(); },
  get items() { return item.optional(); },
}).meta({id: 'item'});

const field: z.ZodType<FileField> = z.strictObject({
  name: z.string().describe('As the documents have it.'),
  ...shape,
  get fields() { return z.array(field).optional(); },
  get items() { return item.optional(); },
}).meta({id: 'field'});

/** The form of a schema file, version 1. */
export const schemaFile = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1).describe('Of the form of this file.'),
  collections: z.array(z.strictObject({
    name: z.string().min(1).describe('Of the collection.'),
    table: name.describe('The name of its table.'),
    read: z.enum(['all', 'sample']).optional().describe('Whether every document was looked at.'),
    documents: count.optional().describe('How many were looked at.'),
    strict: z.literal(true).optional().describe('In compatible tables, columns take the one type of their name.'),
    unlisted: unlisted.describe('There are more field names than listed.'),
    fields: z.array(field),
  })),
});

/** JSON Schema 2020-12 of a schema file: point an editor at it. */
export function schemaFileFormat(): object {
  return {title: 'What the documents of collections hold, and what becomes of it', ...z.toJSONSchema(schemaFile, {io: 'input', unrepresentable: 'any'})};
}
