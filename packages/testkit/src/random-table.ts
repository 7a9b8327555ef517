import type {Column, ColumnType, Row, Value} from '@sluice/core';
import type {Fixture} from './fixtures.ts';
import {HOSTILE_COLUMNS, type HostileColumn} from './values.ts';

/** Numbers in [0, 1), the same for the same seed: mulberry32, public domain. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A table that follows from the seed alone: 1 to 12 columns drawn from `columns`, 0 to 300 rows, with
 * nulls, hostile values and ordinary ones, and a key or none.
 */
export function randomTable(seed: number, columns: readonly HostileColumn[] = HOSTILE_COLUMNS, table = `random_${seed}`): Fixture {
  const random = randomNumbers(seed);
  const below = (n: number) => Math.floor(random() * n);
  const drawn = Array.from({length: 1 + below(12)}, (_, i): HostileColumn => {
    const {column, values} = columns[below(columns.length)]!;
    return {column: {...column, name: `${column.name} ${i}`}, values};
  });
  const keyed = random() < 0.7;
  const key: Column = {name: 'id', type: 'int', nullable: false};
  const value = ({column, values}: HostileColumn): Value => {
    const dice = random();
    if (dice < 0.15) return null;
    if (dice < 0.5 && values.length > 0) return values[below(values.length)]!.value;
    return ordinary(column, random);
  };
  return {
    schema: {
      table,
      columns: [...(keyed ? [key] : []), ...drawn.map(({column}) => column)],
      primaryKey: keyed ? ['id'] : [],
    },
    rows: Array.from({length: below(301)}, (_, i): Row => [...(keyed ? [i * 3 - 100] : []), ...drawn.map(value)]),
  };
}

const pad = (n: number, width: number) => String(n).padStart(width, '0');

/** A value that every system with the type can hold. */
function ordinary({type, scale = 0, precision = 18}: Column, random: () => number): NonNullable<Value> {
  const between = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const date = () => `${between(1971, 2037)}-${pad(between(1, 12), 2)}-${pad(between(1, 28), 2)}`;
  const fraction = () => (scale === 0 ? '' : `.${pad(between(0, 10 ** (scale - 1) - 1), scale - 1)}${between(1, 9)}`);
  const time = () => `${pad(between(0, 23), 2)}:${pad(between(0, 59), 2)}:${pad(between(0, 59), 2)}${fraction()}`;
  const make: Readonly<Record<ColumnType, () => NonNullable<Value>>> = {
    bool: () => random() < 0.5,
    int: () => between(0, 2 ** 31),
    float: () => (random() - 0.5) * 10 ** between(-20, 20),
    decimal: () => {
      const whole = String(between(1, 10 ** Math.min(9, precision - scale) - 1));
      return scale === 0 ? whole : `${whole}.${Array.from({length: scale}, () => between(0, 9)).join('')}`;
    },
    text: () => Array.from({length: between(0, 40)}, () => String.fromCodePoint(between(0x20, 0x2fff))).join(''),
    bytes: () => Uint8Array.from({length: between(0, 40)}, () => between(0, 255)),
    date,
    time,
    timestamp: () => `${date()} ${time()}`,
    timestamptz: () => `${date()} ${time()}`,
    json: () => `{"n": ${between(0, 1000)}}`,
    uuid: () => `${pad(between(0, 99_999_999), 8)}-0000-4000-8000-${pad(between(0, 2 ** 31), 12)}`,
    any: () => `any ${between(0, 1000)}`,
  };
  return make[type]();
}
