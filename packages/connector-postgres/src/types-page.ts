import type {Column, ColumnType} from '@sluice/core';
import {NATIVE_TYPES, OTHER_TYPE} from './native-types.ts';
import {targetType} from './target-type.ts';

/** TYPES.md: generated from the tables that the connector works by, so that it cannot tell anything else. */
export function typesPage(): string {
  return [
    '# Types of PostgreSQL',
    '',
    '<!-- Generated from src/native-types.ts and src/target-type.ts; `npx vitest run --project connector-postgres -u` writes it. -->',
    '',
    '## Reading',
    '',
    'What a column of the server becomes. Every value arrives exactly; text that is not UTF-8 is an error, never replaced.',
    '',
    table(['PostgreSQL', 'Sluice', 'note'], Object.entries(NATIVE_TYPES).map(([name, {type, note}]) => [code(spelled(name)), code(type), note ?? ''])),
    '',
    `Arrays, enumerations, composite types, ranges of users, and types of extensions such as hstore, citext, ltree and those of PostGIS are \`${OTHER_TYPE.type}\`: ${OTHER_TYPE.note ?? ''}.`,
    'A domain is read as what it is made of.',
    '',
    '## Writing',
    '',
    'A column that comes from PostgreSQL keeps its own type, domains and types of users too, where the destination has one of that name in its schema or in `pg_catalog`;',
    'an enumeration that it has not is made. Otherwise the column is what its values are in the list below, and the report lists the type. All others:',
    '',
    table(['Sluice', 'PostgreSQL', 'note'], SAMPLES.map(([what, column]) => {
      const type = targetType({name: 'x', nullable: true, ...column}, new Map(), new Set(), () => {});
      return [what, code(type?.sql ?? ''), type?.note ?? ''];
    })),
    '',
    'A column of type `any` is refused: no type of the server holds anything exactly.',
    '',
    'Refused with table, column and row, or met by [a rule for losses](../../docs/guides/losses.md), never changed otherwise: a NUL in text or half of a surrogate pair, zero, partial and impossible dates, dates before 4713 BC, more digits than a column has, numbers out of range, text that is too long,',
    'fraction digits beyond six, an hour 24 or a second 60 in a timestamp.',
    'Rewritten and counted in the report: zeros that are missing, or are too many, at the end of a fraction; zeros before a number; upper case in a UUID; blanks that `char(n)` is filled up with.',
    '',
  ].join('\n');
}

/** How SQL spells what `pg_type` calls otherwise. */
const SPELLINGS: Readonly<Record<string, string>> = {
  bool: 'boolean', int2: 'smallint', int4: 'integer', int8: 'bigint', float4: 'real', float8: 'double precision', bpchar: 'char(n)', varchar: 'varchar(n)', varbit: 'bit varying',
  timetz: 'time with time zone', char: '"char"',
};
const spelled = (name: string) => SPELLINGS[name] ?? name;

const SAMPLES: readonly (readonly [what: string, column: Omit<Column, 'name' | 'nullable'>])[] = [
  plain('bool'), plain('int'),
  ['`int` up to 2^64 - 1', {type: 'int', unsigned64: true}],
  ...(['tinyint(4)', 'smallint', 'smallint unsigned', 'mediumint unsigned', 'int', 'int unsigned', 'year'] as const).map((sql): readonly [string, Omit<Column, 'name' | 'nullable'>] =>
    [`\`int\` that is a \`${sql}\` of MySQL`, {type: 'int', native: {dialect: 'mysql', sql}}]),
  plain('float'),
  ['`float` that is a `float` of MySQL', {type: 'float', native: {dialect: 'mysql', sql: 'float'}}],
  ['`decimal` with precision and scale', {type: 'decimal', precision: 18, scale: 4}],
  ['`decimal` without', {type: 'decimal'}],
  plain('text'),
  ['`text` of at most 100 characters', {type: 'text', maxLength: 100}],
  ['`text` that is a `text` of MySQL, of whatever size', {type: 'text', maxLength: 65535, native: {dialect: 'mysql', sql: 'text'}}],
  ['`text` compared without case', {type: 'text', caseInsensitive: true}],
  ...(['bytes', 'date', 'time', 'timestamp', 'timestamptz'] as const).map(plain),
  ['`timestamp` with 3 fraction digits', {type: 'timestamp', scale: 3}],
  ['`timestamp` with 9 fraction digits', {type: 'timestamp', scale: 9}],
  ...(['json', 'uuid'] as const).map(plain),
];

function plain(type: ColumnType): readonly [string, Omit<Column, 'name' | 'nullable'>] {
  return [code(type), {type}];
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}
