import type {Column, ColumnType} from '@sluice/core';
import {NATIVE_TYPES} from './native-types.ts';
import {targetType, type TargetServer} from './target-type.ts';

/** TYPES.md: generated from the tables that the connector works by, so that it cannot tell anything else. */
export function typesPage(): string {
  return [
    '# Types of MySQL and MariaDB',
    '',
    '<!-- Generated from src/native-types.ts and src/target-type.ts; `npx vitest run --project connector-mysql -u` writes it. -->',
    '',
    '## Reading',
    '',
    'What a column of the server becomes. Every value arrives exactly; text that is not Unicode is an error, never replaced.',
    '',
    table(['MySQL, MariaDB', 'Sluice', 'note'], Object.entries(NATIVE_TYPES).map(([name, {type, note}]) => [code(name.toUpperCase()), code(type), note ?? ''])),
    '',
    'A type that is not in this list travels as the bytes the server sends.',
    '',
    '## Writing',
    '',
    'A column that comes from MySQL or MariaDB keeps its own type, collation included, where the server knows it. All others:',
    '',
    table(['Sluice', 'MySQL 9', 'MariaDB 10.11', 'note'], SAMPLES.map(([what, column]) => {
      const [mysql, mariadb] = SERVERS.map(server => targetType({column: {name: 'x', nullable: true, ...column}, unique: false, rowBytesLeft: Infinity}, server, () => {}));
      return [what, code(mysql?.sql ?? ''), code(mariadb?.sql ?? ''), [...new Set([mysql, mariadb].flatMap(type => type?.note ?? []))].join('; ')];
    })),
    '',
    'Text and bytes of a primary key or a unique index whose source gives no limit become `varchar(255)` and `varbinary(255)`; longer values are refused with their place.',
    'A column of type `any` is refused: no type of the server holds anything exactly.',
    '',
    'Refused with table, column and row, or met by [a rule for losses](../../docs/guides/losses.md), never changed otherwise: NaN and infinity, minus zero on MariaDB, dates before year 1, after 9999 and at infinity,',
    'times of more than 838 hours, fraction digits beyond six, numbers and text that do not fit.',
    'Rewritten and counted in the report: fraction digits that are missing at the end, when the column prints them.',
    '',
  ].join('\n');
}

const SERVERS: readonly TargetServer[] = [
  {flavor: 'mysql', version: [9, 0, 0], foldsNames: false, collations: new Set(['utf8mb4_0900_bin', 'utf8mb4_0900_as_ci'])},
  {flavor: 'mariadb', version: [10, 11, 0], foldsNames: false, collations: new Set(['utf8mb4_nopad_bin', 'utf8mb4_unicode_520_nopad_ci'])},
];

const SAMPLES: readonly (readonly [what: string, column: Omit<Column, 'name' | 'nullable'>])[] = [
  ...(['bool', 'int'] as const).map(plain),
  ['`int` up to 2^64 - 1', {type: 'int', unsigned64: true}],
  plain('float'),
  ['`decimal` with precision and scale', {type: 'decimal', precision: 18, scale: 4}],
  ['`decimal` without', {type: 'decimal'}],
  plain('text'),
  ['`text` of at most 100 characters', {type: 'text', maxLength: 100}],
  ['`text` compared without case', {type: 'text', caseInsensitive: true}],
  plain('bytes'),
  ['`bytes`, at most 100', {type: 'bytes', maxLength: 100}],
  ...(['date', 'time', 'timestamp', 'timestamptz'] as const).map(plain),
  ['`timestamp` with 3 fraction digits', {type: 'timestamp', scale: 3}],
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
