import {BsonType, doubleAt, type RawValue} from '@sluice/bson';
import type {Document, Filter} from 'mongodb';
import {driverValue} from './id-value.ts';

/**
 * The types in the order in which MongoDB sorts them, by the names that `$type` knows. Comparisons of a query see the values of one line
 * only, the bracket; those of a sort see all.
 */
const BRACKETS: readonly (readonly string[])[] = [
  ['minKey'], ['undefined'], ['null'], ['double', 'int', 'long', 'decimal'], ['string', 'symbol'], ['object'], ['array'], ['binData'], ['objectId'], ['bool'], ['date'], ['timestamp'], ['regex'],
  ['dbPointer'], ['javascript'], ['javascriptWithScope'], ['maxKey'],
];
const NUMBER = 3;
/** Brackets of which all values are equal. */
const SINGLE = new Set([0, 1, 2, 16]);

const BRACKET_OF: Readonly<Record<number, number>> = {
  [BsonType.MIN_KEY]: 0, [BsonType.UNDEFINED]: 1, [BsonType.NULL]: 2, [BsonType.DOUBLE]: NUMBER, [BsonType.INT32]: NUMBER, [BsonType.INT64]: NUMBER, [BsonType.DECIMAL128]: NUMBER,
  [BsonType.STRING]: 4, [BsonType.SYMBOL]: 4, [BsonType.DOCUMENT]: 5, [BsonType.ARRAY]: 6, [BsonType.BINARY]: 7, [BsonType.OBJECT_ID]: 8, [BsonType.BOOL]: 9, [BsonType.DATE]: 10,
  [BsonType.TIMESTAMP]: 11, [BsonType.REGEX]: 12, [BsonType.DB_POINTER]: 13, [BsonType.CODE]: 14, [BsonType.CODE_WITH_SCOPE]: 15, [BsonType.MAX_KEY]: 16,
};

/** Where a range of ids begins. */
export interface LowerBound {
  readonly id: RawValue;
  /** Whether the document with that id belongs to it. */
  readonly included: boolean;
}

/**
 * Queries that give the documents of a range one after the other, each in the order of `_id` by one walk through its index. A range over
 * several types needs up to three. `until` belongs to the range; null is open. Throws VALUE for ids that no query can hold.
 */
export function rangeQueries(after: LowerBound | null, until: RawValue | null): readonly Filter<Document>[] {
  if (after === null && until === null) return [{}];
  const low = after === null ? -1 : bracketOf(after.id);
  const high = until === null ? BRACKETS.length : bracketOf(until);
  if (low > high) return [];
  if (after !== null && until !== null && low === high) return within(low, after, until);
  const between = BRACKETS.slice(low + 1, high).flat();
  return [
    ...(after === null ? [] : within(low, after, null)),
    ...(between.length === 0 ? [] : [ofTypes(between)]),
    ...(until === null ? [] : within(high, null, until)),
  ];
}

/** The part of a range that lies in one bracket. */
function within(bracket: number, after: LowerBound | null, until: RawValue | null): readonly Filter<Document>[] {
  if (SINGLE.has(bracket)) return after !== null && !after.included ? [] : [ofTypes(BRACKETS[bracket]!)];
  // NaN comes before all other numbers, and equals none but itself in a query.
  const fromNaN = bracket === NUMBER && (after === null || isNaNValue(after.id));
  if (fromNaN) {
    const own = after === null || after.included ? [idIs({$eq: NaN})] : [];
    if (until !== null && isNaNValue(until)) return own;
    return [...own, idIs(until === null ? {$gte: -Infinity} : {$gte: -Infinity, $lte: driverValue(until)})];
  }
  if (bracket === NUMBER && until !== null && isNaNValue(until)) return [];
  const bounds = {
    ...(after !== null && {[after.included ? '$gte' : '$gt']: driverValue(after.id)}),
    ...(until !== null && {$lte: driverValue(until)}),
  };
  return [idIs(bounds)];
}

const ofTypes = (types: readonly string[]): Filter<Document> => idIs({$type: types.length === 1 ? types[0] : types});
const idIs = (condition: object): Filter<Document> => ({_id: condition});

const bracketOf = ({type}: RawValue): number => BRACKET_OF[type]!;

/** Of a decimal, bits 1 to 5 of 31 tell. */
function isNaNValue({bytes, type, start}: RawValue): boolean {
  if (type === BsonType.DOUBLE) return Number.isNaN(doubleAt(bytes, start));
  return type === BsonType.DECIMAL128 && (bytes[start + 15]! & 0x7c) === 0x7c;
}
