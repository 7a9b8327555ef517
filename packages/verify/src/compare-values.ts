import type {ColumnType, Value} from '@sluice/core';
import {floatDigits, numberDigits} from './number-text.ts';

/** How two columns of one name are compared. */
export interface ValueRule {
  /** For people; `as they are` when nothing about the values is overlooked. */
  readonly comparedAs: string;
  /** The type to encode both sides by. */
  readonly type: ColumnType;
  /** Makes a value of that side one that equals the other side's whenever the rule says so; null for values as they are. */
  readonly left: Normalizer | null;
  readonly right: Normalizer | null;
}

export type Normalizer = (value: NonNullable<Value>) => Value;

/** What is needed of a column. */
export interface ComparedColumn {
  readonly type: ColumnType;
  readonly scale?: number;
}

export const AS_THEY_ARE = 'as they are';

/**
 * The rule for two columns; null when their types have nothing in common. Values of one type are the
 * same only when they are the same to the last bit, but for digits that the other side's type has no room to leave out.
 */
export function ruleFor(left: ComparedColumn, right: ComparedColumn): ValueRule | null {
  const a = left.type, b = right.type;
  const both = (comparedAs: string, normalizer: Normalizer): ValueRule => ({comparedAs, type: 'text', left: normalizer, right: normalizer});
  if (a === b) {
    const sameScale = left.scale !== undefined && left.scale === right.scale;
    if (a === 'decimal' && !sameScale) return both('as decimals: zeros at the end of the fraction do not count', value => number(value, false));
    if (isMoment(a) && a !== 'date' && !sameScale) return both('as moments: zeros at the end of the fraction do not count', moment);
    if (a === 'time' && !sameScale) return both('as times: zeros at the end of the fraction do not count', time);
    return {comparedAs: AS_THEY_ARE, type: a, left: null, right: null};
  }
  const kinds = new Set([a, b].map(kindOf));
  const only = (...wanted: Kind[]) => [...kinds].every(kind => wanted.includes(kind));
  const with_ = (type: ColumnType) => a === type || b === type;
  if (only('text')) return {comparedAs: `as text: the ${with_('json') ? 'document' : 'text'} to the letter`, type: 'text', left: null, right: null};
  if (only('any', 'text')) return {comparedAs: 'each value as what it is', type: 'any', left: null, right: null};
  if (only('number', 'text', 'any')) {
    // Between integers and floats the value of the float counts; between decimals and floats its shortest digits do.
    const exact = !with_('decimal') && !kinds.has('text');
    const words = [
      ...(with_('bool') ? ['true is 1, false is 0'] : []),
      ...(with_('float') || kinds.has('any') ? [exact ? 'an integral float is an integer' : 'a float is the shortest decimal that gives it'] : []),
      ...(with_('decimal') ? ['zeros at the end of the fraction do not count'] : []),
      ...(kinds.has('text') || kinds.has('any') ? ['text that is a number is one'] : []),
    ];
    return both(`as numbers${words.length > 0 ? `: ${words.join('; ')}` : ''}`, value => number(value, exact));
  }
  if (only('moment', 'text', 'any')) {
    const words = [
      ...(with_('date') && !kinds.has('text') && !kinds.has('any') ? ['a date is its midnight'] : []),
      ...(with_('timestamp') && with_('timestamptz') ? ['the one without a zone is taken for UTC'] : []),
      'zeros at the end of the fraction do not count',
    ];
    return with_('date') && only('moment') ? both(`as moments: ${words.join('; ')}`, midnight) : both(with_('date') ? 'as dates' : `as moments: ${words.join('; ')}`, moment);
  }
  if (only('time', 'text', 'any')) return both('as times: zeros at the end of the fraction do not count', time);
  if (only('uuid', 'text', 'any')) return both('as UUIDs: in lower case', uuid);
  if (only('bytes', 'text', 'any')) return both('as bytes: text is its UTF-8', bytes);
  return null;
}

type Kind = 'number' | 'moment' | 'time' | 'text' | 'uuid' | 'bytes' | 'any';

function kindOf(type: ColumnType): Kind {
  switch (type) {
    case 'bool': case 'int': case 'float': case 'decimal': return 'number';
    case 'date': case 'timestamp': case 'timestamptz': return 'moment';
    case 'text': case 'json': return 'text';
    case 'time': case 'uuid': case 'bytes': case 'any': return type;
  }
}

const isMoment = (type: ColumnType) => kindOf(type) === 'moment';

/*
 * The normalizers give texts in a form that other texts never have, so that what is not of the kind
 * stays what it is and equals only itself.
 */

function number(value: NonNullable<Value>, exact: boolean): Value {
  switch (typeof value) {
    case 'boolean': return value ? '1' : '0';
    case 'bigint': return String(value);
    case 'number': return Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : floatDigits(value, exact);
    case 'string': return value === 'true' ? '1' : value === 'false' ? '0' : numberDigits(value) ?? value;
    default: return value;
  }
}

const MOMENT = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?Z?$/;
const TIME = /^(-?\d{2,3}:\d\d:\d\d)(\.\d+)?$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function moment(value: NonNullable<Value>): Value {
  const parts = typeof value === 'string' ? MOMENT.exec(value) : null;
  return parts ? `${parts[1]!} ${parts[2]!}${fraction(parts[3])}` : value;
}

function midnight(value: NonNullable<Value>): Value {
  return typeof value === 'string' && value.length === 10 ? `${value} 00:00:00` : moment(value);
}

function time(value: NonNullable<Value>): Value {
  const parts = typeof value === 'string' ? TIME.exec(value) : null;
  return parts ? `${parts[1]!}${fraction(parts[2])}` : value;
}

const uuid: Normalizer = value => (typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : value);

const bytes: Normalizer = value => (typeof value === 'string' ? Buffer.from(value) : value);

const fraction = (digits = '') => digits.replace(/\.?0+$/, '');
