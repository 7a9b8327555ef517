import type {Column, ColumnType, Value} from '@sluice/core';
import {readClass} from '@sluice/identifiers/classes';
import {labelOf} from '@sluice/redact/labels';
import {z} from 'zod';
import {allTypes, counted, type Method} from './method.ts';
import {roomOf} from '../room.ts';

const none = z.strictObject({});
type None = z.output<typeof none>;

export const keep: Method<None> = {
  name: 'keep', summary: 'every value as it is', claim: 'safe-harbor',
  derived: true, reversible: true, deterministic: true, uniqueness: 'preserved', accepts: allTypes, parameters: none,
  plan: () => ({kind: 'keep'}),
};

export const drop: Method<None> = {
  name: 'drop', summary: 'the column is gone', claim: 'safe-harbor',
  derived: false, reversible: false, deterministic: true, uniqueness: 'lossy', accepts: allTypes, parameters: none,
  plan: () => ({kind: 'drop'}),
};

export const blank: Method<None> = {
  name: 'blank', aliases: ['null'], summary: 'the column stays, every value is NULL', claim: 'safe-harbor',
  derived: false, reversible: false, deterministic: true, uniqueness: 'lossy', accepts: allTypes, parameters: none,
  plan: column => ({kind: 'fill', column: {...declared(column), nullable: true}, value: null}),
};

const constantParameters = z.strictObject({
  value: z.union([z.string(), z.number(), z.boolean()]).describe('What every cell gets, also one that was NULL.'),
});

export const constant: Method<z.output<typeof constantParameters>> = {
  name: 'constant', summary: 'every value, NULL too, becomes the given one', claim: 'safe-harbor',
  derived: false, reversible: false, deterministic: true, uniqueness: 'lossy',
  accepts: new Set(['bool', 'int', 'float', 'decimal', 'text', 'date', 'time', 'timestamp', 'timestamptz', 'any']),
  parameters: constantParameters,
  plan(column, {value}) {
    const cell = fitting(value, column);
    if (cell === undefined) return `has a value that is not of the column's type ${describeType(column)}`;
    return {kind: 'fill', column: {...declared(column), nullable: false}, value: cell};
  },
};

/** The word that stands in redacted texts, too. */
function labelOfClass(named: string | null): string | undefined {
  const known = named === null ? null : readClass(named);
  return known === null ? undefined : labelOf({...known, start: 0, end: 0, rule: '', score: 1});
}

const tagParameters = z.strictObject({
  label: z.string().min(1).max(40).regex(/^[\p{L}\p{N}][\p{L}\p{N} _-]*$/u).exactOptional().describe('What stands in the brackets; by the class of the column when absent.'),
});

export const tag: Method<z.output<typeof tagParameters>> = {
  name: 'tag', summary: 'every value, not NULL, becomes a word for what it was, as [NAME]', claim: 'safe-harbor',
  derived: false, reversible: false, deterministic: true, uniqueness: 'lossy', accepts: new Set<ColumnType>(['text', 'any']), parameters: tagParameters,
  plan(column, {label}, context) {
    const cell = label === undefined ? labelOfClass(context.class) : `[${label}]`;
    if (cell === undefined) return 'needs to know what the values are: give the column a class, or the label';
    const room = roomOf(column);
    if (cell.length > (room ?? Infinity)) return `writes ${cell.length} characters, and the column has room for ${room}`;
    const {maxLength: _, ...whole} = declared(column);
    return {
      kind: 'change', column: {...whole, nullable: column.nullable, ...(room !== undefined && {maxLength: room})},
      start: counted(value => (value === null ? null : cell)),
    };
  },
};

/**
 * What is left of a column without its values. The words of an enumeration are such values, and
 * stand in its type; its comment may quote some.
 */
function declared({default: _, generated: __, autoIncrement: ___, enumValues: ____, comment: _____, native, ...column}: Column): Column {
  return {...column, ...(native && !/['"]/u.test(native.sql) && {native})};
}

const forms = {
  date: /^\d{4}-\d{2}-\d{2}$/u, time: /^-?\d{2,}:\d{2}:\d{2}(\.\d+)?$/u,
  timestamp: /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?$/u, timestamptz: /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?$/u,
};

function fitting(value: string | number | boolean, {type, maxLength, enumValues, scale = 0, precision}: Column): Value | undefined {
  switch (type) {
    case 'bool': return typeof value === 'boolean' ? value : undefined;
    case 'int': return Number.isSafeInteger(value) ? value : undefined;
    case 'float': return typeof value === 'number' ? value : undefined;
    case 'decimal': return decimal(value, precision, scale);
    case 'text':
      return typeof value === 'string' && [...value].length <= (maxLength ?? Infinity) && (enumValues?.includes(value) ?? true) ? value : undefined;
    case 'date': case 'time': case 'timestamp': case 'timestamptz':
      return typeof value === 'string' && forms[type].test(value) ? value : undefined;
    case 'any': return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
    default: return undefined;
  }
}

function decimal(value: string | number | boolean, precision: number | undefined, scale: number): string | undefined {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/u.exec(typeof value === 'boolean' ? '' : String(value));
  if (!parts) return undefined;
  const [, sign = '', digits = '', fraction = ''] = parts;
  if (fraction.length > scale || digits.replace(/^0+/u, '').length > (precision ?? Infinity) - scale) return undefined;
  return `${sign}${digits}${scale > 0 ? `.${fraction.padEnd(scale, '0')}` : ''}`;
}

const describeType = ({type, native}: Column) => (native ? `${type} (${native.sql})` : type);
