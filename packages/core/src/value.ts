/**
 * The only JavaScript values a row may hold. Everything else (Date, Decimal, driver objects) is
 * converted by the source, once.
 *
 * - An integer is a `number` when it is safe (|n| <= 2^53 - 1), otherwise a `bigint`.
 * - `decimal`, dates, times, timestamps, `json` and `uuid` are strings in the canonical form that
 *   {@link ColumnType} gives: no precision is lost and no time zone is guessed.
 * - Strings are well-formed Unicode (no lone surrogates); bytes that are not text are `Uint8Array`.
 */
export type Value = null | boolean | number | bigint | string | Uint8Array;

/** One row; position i belongs to `schema.columns[i]`. */
export type Row = Value[];

/**
 * What the values of a column are, and their one canonical form:
 *
 * | type | JavaScript | form |
 * |---|---|---|
 * | `bool` | boolean | |
 * | `int` | number, or bigint beyond 2^53 - 1 | -2^63 .. 2^64 - 1 |
 * | `float` | number | IEEE 754 binary64, every bit counts |
 * | `decimal` | string | `-?digits[.digits]`, as many fraction digits as the source gives |
 * | `text` | string | any code point, NUL included |
 * | `bytes` | Uint8Array | |
 * | `date` | string | `YYYY-MM-DD`; zero and partial dates of MySQL travel as they are |
 * | `time` | string | `[-]HH:MM:SS[.f]`, hours may exceed 24 (a duration) |
 * | `timestamp` | string | `YYYY-MM-DD HH:MM:SS[.f]`, no zone |
 * | `timestamptz` | string | the same form, in UTC, without a suffix |
 * | `json` | string | the document's text as the source prints it |
 * | `uuid` | string | lower case, hyphenated |
 * | `any` | any of the above | sources without column types; here an integer is always a `bigint` and a float always a `number` |
 */
export type ColumnType =
  | 'bool' | 'int' | 'float' | 'decimal' | 'text' | 'bytes'
  | 'date' | 'time' | 'timestamp' | 'timestamptz' | 'json' | 'uuid' | 'any';
