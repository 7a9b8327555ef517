import {Fitting, Refusal, type Rewrite, type TableLossRules} from '@sluice/core';
import {jsonText} from '@sluice/sql';
import type {Flavor} from './server.ts';
import type {TargetColumn} from './target-column.ts';

/** What the server would change in silence, and what other systems hold and it does not; all else that it cannot hold it refuses by itself. */
export function fittingOf(table: string, columns: readonly TargetColumn[], flavor: Flavor, rules?: TableLossRules): Fitting {
  return new Fitting(table, columns.map((target, at) => (
    {at, name: target.column.name, nullable: target.column.nullable || target.generated !== null, rewrite: target.column.type === 'json' && rules?.has(target.column.name) ? jsonText : rewriting(target, flavor)})), rules);
}

const INT64_MAX = 9_223_372_036_854_775_807n;
const INT64_MIN = -9_223_372_036_854_775_808n;
const refuse = {
  finite: new Refusal('holds a number that is not finite, and MySQL has none'),
  minusZero: new Refusal('holds minus zero, and MariaDB stores 0 for it'),
  range: new Refusal('holds a number out of its range'),
  single: new Refusal('holds a number that a FLOAT rounds'),
  digits: new Refusal('holds a number with more digits than it has'),
  fraction: new Refusal('holds a time with more fraction digits than it has'),
  length: new Refusal('is too short for the value'),
  padded: new Refusal('would pad the value, which is shorter'),
  blanks: new Refusal('holds text that ends in blanks, which CHAR cuts off'),
  type: new Refusal('holds a value of another type'),
  number: new Refusal('holds what is no number'),
  moment: new Refusal('holds a date or time that MySQL has not'),
  hours: new Refusal('holds a time of more than 838 hours'),
};

function rewriting(target: TargetColumn, flavor: Flavor): Rewrite | null {
  const {column, type} = target;
  if (target.generated) return null;
  switch (column.type) {
    case 'int': return value => typeof value !== 'bigint' || (type.unsigned || type.encoding === 'bit' ? value >= 0n : value <= INT64_MAX && value >= INT64_MIN) ? value : refuse.range;
    case 'float': return value => {
      if (typeof value !== 'number') return refuse.type;
      if (!Number.isFinite(value)) return refuse.finite;
      if (value === 0) return flavor === 'mariadb' && Object.is(value, -0) ? refuse.minusZero : value;
      return type.base === 'float' && Math.fround(value) !== value ? refuse.single : value;
    };
    case 'decimal': return type.base === 'decimal' ? decimal(type.precision!, type.scale!) : textLength(type.length);
    case 'text': return type.base === 'char' ? fixedText(type.length!) : textLength(type.length);
    case 'bytes': return type.length === null ? null : bytesLength(type.length, type.base === 'binary');
    case 'time': return type.base === 'time' ? moment(type.scale, hoursFit, true) : null;
    case 'timestamp': case 'timestamptz': return type.base === 'datetime' || type.base === 'timestamp' ? moment(type.scale, dayFits, false) : null;
    case 'date': return type.base === 'date' ? day : null;
    case 'uuid': return type.base === 'char' ? textLength(type.length) : null;
    case 'bool': case 'json': case 'any': return null;
  }
}

/** Four digits of year, and as our sessions set it up, any month to 12 and day to 31, zeros too. */
const DAY = /^\d{4}-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])(?: |$)/;
const MOST_HOURS = 838;

const dayFits = (value: string) => DAY.test(value) && !value.endsWith(' BC') ? null : refuse.moment;
const hoursFit = (value: string) => {
  const hours = /^-?(\d+):/.exec(value)?.[1];
  return hours === undefined ? refuse.moment : hours.length > 3 || Number(hours) > MOST_HOURS ? refuse.hours : null;
};
const day: Rewrite = value => typeof value === 'string' ? dayFits(value) ?? value : refuse.type;

function textLength(length: number | null): Rewrite | null {
  if (length === null) return null;
  // A character beyond the basic plane counts once for the server and twice for JavaScript.
  return value => typeof value !== 'string' || value.length <= length || [...value].length <= length ? value : refuse.length;
}

function fixedText(length: number): Rewrite {
  const fits = textLength(length)!;
  return value => typeof value === 'string' && value.endsWith(' ') ? refuse.blanks : fits(value);
}

function bytesLength(length: number, fixed: boolean): Rewrite {
  return value => !(value instanceof Uint8Array) ? refuse.type
    : value.length > length ? refuse.length : fixed && value.length < length ? refuse.padded : value;
}

const DECIMAL = /^(-?)0*(\d*?)(?:\.(\d*))?$/;

function decimal(precision: number, scale: number): Rewrite {
  const whole = precision - scale;
  return value => {
    if (typeof value !== 'string') return refuse.type;
    // The common case, without a regular expression: as many fraction digits as the column has, and no zero to take away.
    const dot = scale === 0 ? value.length : value.length - scale - 1;
    const first = value.charCodeAt(0);
    if (first > 48 && first <= 57 && dot >= 1 && dot <= whole && (scale === 0 ? !value.includes('.') : value.charCodeAt(dot) === 46)) return value;
    const match = DECIMAL.exec(value);
    if (!match || !/\d/.test(value)) return refuse.number;
    const [, sign = '', digits = '', fraction = ''] = match;
    if (digits.length > whole || /[1-9]/.test(fraction.slice(scale))) return refuse.digits;
    const kept = fraction.slice(0, scale).padEnd(scale, '0');
    const isZero = digits === '' && !/[1-9]/.test(kept);
    return `${isZero ? '' : sign}${digits || '0'}${scale === 0 ? '' : `.${kept}`}`;
  };
}

/** `scale` null: the source does not say, so trailing zeros of the fraction are left out, here and when reading back. */
function moment(scale: number | null, fits: (value: string) => Refusal | null, isTime: boolean): Rewrite {
  const most = scale ?? 6;
  return value => {
    if (typeof value !== 'string') return refuse.type;
    const refused = fits(value);
    if (refused) return refused;
    const dot = value.lastIndexOf('.');
    if (dot < 0) {
      const padded = scale === null || scale === 0 ? value : `${value}.${'0'.repeat(scale)}`;
      return isTime ? unsignedZero(padded) : padded;
    }
    const fraction = value.slice(dot + 1);
    if (fraction.length > most && /[1-9]/.test(fraction.slice(most))) return refuse.fraction;
    if (scale !== null && fraction.length === scale && !isTime) return value;
    const kept = scale === null ? fraction.slice(0, most).replace(/0+$/, '') : fraction.slice(0, scale).padEnd(scale, '0');
    const whole = kept === '' ? value.slice(0, dot) : `${value.slice(0, dot)}.${kept}`;
    return isTime ? unsignedZero(whole) : whole;
  };
}

/** `-00:00:00` is printed without its sign. */
function unsignedZero(time: string): string {
  return time.startsWith('-') && !/[1-9]/.test(time) ? time.slice(1) : time;
}
