import type {Column} from '@sluice/core';

/** How the values of a column lie in the file; decides how they are bound and read. */
export type Storage = 'integer' | 'unsigned' | 'boolean' | 'real' | 'number' | 'text' | 'blob' | 'any';

/** SQLite's column affinity (https://www.sqlite.org/datatype3.html, 3.1); decides what a value becomes on its way in. */
export type Affinity = 'INTEGER' | 'REAL' | 'NUMERIC' | 'TEXT' | 'BLOB';

/** One row of the mapping, of TYPES.md too. */
export interface TypeRule {
  /** The kind of column, for people. */
  readonly what: string;
  readonly applies: (column: Column) => boolean;
  /** The declared type; empty for none. */
  readonly declare: (column: Column) => string;
  /** What `declare` gives, for people. */
  readonly declared: string;
  readonly affinity: Affinity;
  readonly storage: Storage;
  readonly stored: string;
  readonly sorts: string;
  readonly sums: string;
  /** What the mapping of a column says beside the types; null when the two are simply alike. */
  readonly note: string | null;
}

/** Digits that NUMERIC affinity keeps for certain (https://www.sqlite.org/datatype3.html, 3). */
export const EXACT_DIGITS = 15;

const yes = 'yes';
const fraction = (name: string) => (column: Column) => (column.scale === undefined ? name : `${name}(${column.scale})`);
const digits = ({precision, scale}: Column) => (precision === undefined ? '' : scale === undefined ? `(${precision})` : `(${precision},${scale})`);
const isNumber = ({type, precision, scale}: Column) =>
  type === 'decimal' && precision !== undefined && scale !== undefined && precision <= EXACT_DIGITS && scale <= precision;
const asText = {affinity: 'TEXT', storage: 'text', sums: 'no', note: null} as const;

/** First rule that applies wins. */
export const typeRules: readonly TypeRule[] = [
  {
    what: '`bool`', applies: ({type}) => type === 'bool', declare: () => 'BOOLEAN', declared: '`BOOLEAN`',
    affinity: 'NUMERIC', storage: 'boolean', stored: 'INTEGER 0 or 1', sorts: yes, sums: yes, note: null,
  },
  {
    what: '`int` to 2^64 - 1', applies: ({type, unsigned64}) => type === 'int' && unsigned64 === true,
    declare: () => '', declared: 'none, `/*sluice: int unsigned64*/`', affinity: 'BLOB', storage: 'unsigned',
    stored: 'INTEGER to 2^63 - 1; above it TEXT of exactly 20 digits, zeros in front',
    sorts: 'yes: every TEXT sorts after every INTEGER', sums: 'approximately, where TEXT is among them',
    note: 'values from 2^63 are text of 20 digits',
  },
  {
    what: '`int`', applies: ({type}) => type === 'int', declare: integerName,
    declared: 'the source\'s own name where it is an integer\'s (`SMALLINT`, `INT UNSIGNED`, `TINYINT(1)`), else `INTEGER`; exactly `INTEGER` for a primary key of one column',
    affinity: 'INTEGER', storage: 'integer', stored: 'INTEGER', sorts: yes, sums: yes, note: null,
  },
  {
    what: '`float`', applies: ({type}) => type === 'float', declare: () => 'REAL', declared: '`REAL`',
    affinity: 'REAL', storage: 'real', stored: 'REAL, every bit; -0.0 becomes 0 and is counted as an adjustment; NaN is refused',
    sorts: yes, sums: yes, note: null,
  },
  {
    what: `\`decimal\` of at most ${EXACT_DIGITS} digits`, applies: isNumber, declare: column => `DECIMAL${digits(column)}`, declared: '`DECIMAL(p,s)`',
    affinity: 'NUMERIC', storage: 'number', stored: `INTEGER or REAL: SQLite keeps ${EXACT_DIGITS} digits; read back with the column's scale`,
    sorts: yes, sums: 'yes, in binary floating point: round the sum to the scale', note: 'numbers; read back with the column\'s scale',
  },
  {
    what: `\`decimal\` of more digits, or of unknown precision`, applies: ({type}) => type === 'decimal',
    declare: column => `DECIMAL_TEXT${digits(column)}`, declared: '`DECIMAL_TEXT(p,s)`', affinity: 'TEXT', storage: 'text', stored: 'TEXT, every digit',
    sorts: 'with `ORDER BY CAST(x AS NUMERIC)`, to 15 digits', sums: 'yes, in binary floating point',
    note: 'text, every digit; sorts as a number only with CAST',
  },
  {
    what: '`text`', applies: ({type}) => type === 'text', declare: textName,
    declared: '`VARCHAR(n)`, `CHAR(n)` or `TEXT`; with `COLLATE NOCASE` where the source ignores the case of every letter A-Z, wherever it stands (Turkish, Danish and others do not: listed)',
    ...asText, stored: 'TEXT in UTF-8, NUL included', sorts: 'by code point; NOCASE folds A-Z only',
  },
  {
    what: '`bytes`', applies: ({type}) => type === 'bytes', declare: () => 'BLOB', declared: '`BLOB`',
    affinity: 'BLOB', storage: 'blob', stored: 'BLOB', sorts: 'by bytes', sums: 'no', note: null,
  },
  {
    what: '`date`', applies: ({type}) => type === 'date', declare: () => 'DATE_TEXT', declared: '`DATE_TEXT`',
    ...asText, stored: 'TEXT `YYYY-MM-DD`, zero and partial dates as they are', sorts: yes,
  },
  {
    what: '`time`', applies: ({type}) => type === 'time', declare: fraction('TIME_TEXT'), declared: '`TIME_TEXT(s)`',
    ...asText, stored: 'TEXT `[-]HH:MM:SS[.f]`', sorts: 'within a day',
  },
  {
    what: '`timestamp`', applies: ({type}) => type === 'timestamp', declare: fraction('DATETIME_TEXT'), declared: '`DATETIME_TEXT(s)`',
    ...asText, stored: 'TEXT `YYYY-MM-DD HH:MM:SS[.f]`, no zone', sorts: yes,
  },
  {
    what: '`timestamptz`', applies: ({type}) => type === 'timestamptz', declare: fraction('TIMESTAMP_TEXT'), declared: '`TIMESTAMP_TEXT(s)`',
    ...asText, stored: 'TEXT `YYYY-MM-DD HH:MM:SS[.f]`, UTC', sorts: yes, note: 'text, in UTC',
  },
  {
    what: '`json`', applies: ({type}) => type === 'json', declare: () => 'JSON_TEXT', declared: '`JSON_TEXT`',
    ...asText, stored: 'TEXT, the document to the letter; SQLite\'s JSON functions work on it', sorts: 'as text',
  },
  {
    what: '`uuid`', applies: ({type}) => type === 'uuid', declare: () => 'UUID_TEXT', declared: '`UUID_TEXT`',
    ...asText, stored: 'TEXT, lower case with hyphens', sorts: yes,
  },
  {
    what: '`any`', applies: ({type}) => type === 'any', declare: () => '', declared: 'none',
    affinity: 'BLOB', storage: 'any', stored: 'each value in the storage class it has; booleans as 0 and 1, counted as an adjustment',
    sorts: 'NULL, numbers, text, bytes', sums: 'of the numbers', note: 'no declared type: each value keeps its own',
  },
];

/** The rule of a column. */
export function ruleOf(column: Column): TypeRule {
  return typeRules.find(rule => rule.applies(column))!;
}

/**
 * An integer's own name, where SQLite takes it for an integer's too and it says more than INTEGER.
 */
function integerName({native}: Column): string {
  // SQLite's grammar has no room for a word behind a width: INT(10) UNSIGNED loses the width.
  const name = (native?.sql.trim().toUpperCase() ?? '').replace(/ ?\(\d+\)(?= )/, '');
  return /^(TINY|SMALL|MEDIUM|BIG)?INT(EGER|[248])?( ?\(\d+\))?( UNSIGNED)?( ZEROFILL)?$/.test(name) ? name : 'INTEGER';
}

function textName({native, maxLength, enumValues}: Column): string {
  const name = native?.sql.trim().toUpperCase() ?? '';
  if (/^(TINY|MEDIUM|LONG)?TEXT\b/.test(name) || maxLength === undefined || enumValues !== undefined) return 'TEXT';
  return /^CHAR(ACTER)?\b/.test(name) ? `CHAR(${maxLength})` : `VARCHAR(${maxLength})`;
}

/** SQLite's own rules (https://www.sqlite.org/datatype3.html, 3.1), in its order. */
export function affinityOf(declared: string): Affinity {
  const name = declared.toUpperCase();
  if (name.includes('INT')) return 'INTEGER';
  if (/CHAR|CLOB|TEXT/.test(name)) return 'TEXT';
  if (name === '' || name.includes('BLOB')) return 'BLOB';
  if (/REAL|FLOA|DOUB/.test(name)) return 'REAL';
  return 'NUMERIC';
}
