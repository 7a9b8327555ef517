import {BsonType} from './bson-type.ts';
import {decimal128At} from './decimal128.ts';
import type {Decimal128} from './decimal128.ts';
import type {RawValue} from './elements.ts';
import {doubleAt, int32At, int64At} from './numbers.ts';

/** A number in the one spelling of all that MongoDB takes for the same id, whatever their types; null for what is no number. */
export function idNumber({bytes, type, start}: RawValue): string | null {
  switch (type) {
    case BsonType.INT32: return integer(BigInt(int32At(bytes, start)));
    case BsonType.INT64: return integer(BigInt(int64At(bytes, start)));
    case BsonType.DOUBLE: return double(doubleAt(bytes, start));
    case BsonType.DECIMAL128: return decimal(decimal128At(bytes, start));
    default: return null;
  }
}

const INT32 = 2n ** 31n;
const INT64 = 2n ** 63n;

function integer(value: bigint): string {
  if (value >= -INT32 && value < INT32) return `{"$numberInt":"${value}"}`;
  if (value >= -INT64 && value < INT64) return `{"$numberLong":"${value}"}`;
  const near = Number(value);
  return Number.isFinite(near) && BigInt(near) === value ? `{"$numberDouble":"${near}"}` : `{"$numberDecimal":"${value}"}`;
}

function double(value: number): string {
  return Number.isInteger(value) ? integer(BigInt(value)) : `{"$numberDouble":"${value}"}`;
}

function decimal({kind, negative, digits, exponent}: Decimal128): string {
  if (kind === 'nan') return double(NaN);
  if (kind === 'infinite') return double(negative ? -Infinity : Infinity);
  const short = digits.replace(/0+$/, '');
  if (short === '') return double(0);
  const sign = negative ? '-' : '';
  const power = exponent + digits.length - short.length;
  if (power >= 0) return integer(BigInt(`${sign}${short}${'0'.repeat(power)}`));
  // Only tenths that are halves can be a double. A coefficient of 34 digits is no multiple of 5 to the 49th.
  const fives = power < -48 ? null : 5n ** BigInt(-power);
  const value = BigInt(sign + short);
  if (fives !== null && value % fives === 0n) {
    const halves = value / fives;
    if (BigInt(Number(halves)) === halves) return double(Number(halves) / 2 ** -power);
  }
  return `{"$numberDecimal":"${sign}${short}E${power}"}`;
}
