import type {Column} from '@sluice/core';
import type {ScalarType} from './plan.ts';

type Typed = Omit<Column, 'name' | 'nullable'>;

/** `long` and `int` are one type, as a document may hold the longer one at any time. */
const clean: Readonly<Record<ScalarType, Typed>> = {
  bool: {type: 'bool'}, int: {type: 'int'}, long: {type: 'int'}, double: {type: 'float'}, decimal: {type: 'decimal'}, string: {type: 'text'},
  // BSON counts milliseconds.
  date: {type: 'timestamptz', scale: 3},
  objectId: {type: 'text'}, uuid: {type: 'uuid'}, binary: {type: 'bytes'}, json: {type: 'json'}, null: {type: 'json'},
};

const postgres = (sql: string) => ({native: {dialect: 'postgres', sql}});

/** Integers in the size of the schema file. */
const INTEGER: Typed = {type: 'int', ...postgres('integer')};

const compat: Readonly<Record<ScalarType, Typed>> = {
  ...clean, int: INTEGER, null: {type: 'int', ...postgres('smallint')},
  // Without a scale, as it was: PostgreSQL prints as many digits as it needs.
  date: {type: 'timestamptz', ...postgres('timestamp with time zone')},
};

/** The column of a value. */
export const columnType = (mode: 'clean' | 'compat', type: ScalarType): Typed => (mode === 'clean' ? clean : compat)[type];

/** Of the two columns of an ObjectId. */
export const PAIR = {oid: {type: 'text'}, bsontype: INTEGER} as const;

/** Of a place in an array, of the keys of rows. */
export const PLACE: Typed = {type: 'int'};

/** What fits no column. PostgreSQL can look into `jsonb`; what is written there is what it would print. */
export const KEPT: Typed = {type: 'json', ...postgres('jsonb')};

/** Ids of several types, or that are documents: JSON is no key. */
export const ID_TEXT: Typed = {type: 'text'};
