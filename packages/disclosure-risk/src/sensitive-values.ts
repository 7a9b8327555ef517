import type {ColumnType, Value} from '@sluice/core';
import type {Classes} from './class-sizes.ts';
import {hashValue} from './hash-value.ts';
import {grown, KeyTable} from './key-table.ts';
import {diversityOf, lesser, type Diversity} from './l-diversity.ts';
import type {SensitiveRisk} from './risk.ts';
import {distanceFrom, type Distance} from './t-closeness.ts';

const orderedTypes: ReadonlySet<ColumnType> = new Set(['int', 'float', 'decimal', 'date', 'time', 'timestamp', 'timestamptz']);

/** The usual distance of a type. */
export const distanceOf = (type: ColumnType): Distance => orderedTypes.has(type) ? 'ordered' : 'equal';

/**
 * Which sensitive values a member has: each once, however many of its rows say it. Null is a value of its own, before all others.
 * Keeps, of what is ordered, one sort key a distinct value: a number, or the text of a date or time.
 */
export class SensitiveValues {
  readonly #column: string;
  readonly #distance: Distance;
  readonly #numeric: boolean;
  readonly #values = new KeyTable();
  readonly #order: (number | string)[] = [];
  readonly #hash = {high: 0, low: 0};
  #members: Int32Array = new Int32Array(1024);
  #ids: Int32Array = new Int32Array(1024);
  #pairs = 0;

  constructor(column: string, type: ColumnType, distance: Distance) {
    this.#column = column;
    this.#distance = distance;
    this.#numeric = type === 'int' || type === 'float' || type === 'decimal';
  }

  add(member: number, value: Value): void {
    hashValue(value, this.#hash);
    const id = this.#values.add(this.#hash.high, this.#hash.low);
    if (id === this.#order.length) this.#order.push(this.#distance === 'ordered' ? this.#sortKey(value) : id);
    if (this.#pairs === this.#ids.length) {
      this.#members = grown(this.#members);
      this.#ids = grown(this.#ids);
    }
    this.#members[this.#pairs] = member;
    this.#ids[this.#pairs++] = id;
  }

  measure({of: classOf, counts: sizes}: Classes, c: number): SensitiveRisk {
    const {size} = this.#values;
    const ranks = this.#ranks();
    const whole = new Float64Array(size);
    let l: Diversity | null = null;
    let t: number | null = null;
    const perClass = this.#byClass(classOf, sizes.length);
    for (const pairs of perClass.classes()) for (const [rank, count] of countsOf(pairs, ranks)) whole[rank]! += count;
    const distance = size === 0 ? null : distanceFrom(whole, this.#distance);
    for (const pairs of perClass.classes()) {
      const counts = [...countsOf(pairs, ranks)].sort(([a], [b]) => a - b);
      const own = diversityOf(counts.map(([, count]) => count), c);
      l = l === null ? own : lesser(l, own);
      t = Math.max(t ?? 0, distance!({ranks: counts.map(([rank]) => rank), counts: counts.map(([, count]) => count)}));
    }
    return {column: this.#column, distance: this.#distance, values: size, l: l === null ? null : {...l, c}, t};
  }

  #sortKey(value: Value): number | string {
    if (value === null) return this.#numeric ? -Infinity : '';
    return this.#numeric ? Number(value) : String(value);
  }

  /** By id, the place among all values. */
  #ranks(): Int32Array {
    const order = this.#order;
    const ids = Array.from(order, (_, id) => id).sort((a, b) => {
      const [x, y] = [order[a]!, order[b]!];
      return x < y ? -1 : x > y ? 1 : a - b;
    });
    const ranks = new Int32Array(order.length);
    for (const [rank, id] of ids.entries()) ranks[id] = rank;
    return ranks;
  }

  /** The pairs of member and value, class by class, each pair once. */
  #byClass(classOf: Int32Array, classes: number): {classes(): Generator<readonly number[]>} {
    const ends = new Int32Array(classes + 1);
    for (let i = 0; i < this.#pairs; i++) ends[classOf[this.#members[i]!]! + 1]!++;
    for (let i = 0; i < classes; i++) ends[i + 1]! += ends[i]!;
    const next = ends.slice(0, classes);
    const places = new Int32Array(this.#pairs);
    for (let i = 0; i < this.#pairs; i++) places[next[classOf[this.#members[i]!]!]!++] = i;
    const [members, ids] = [this.#members, this.#ids];
    const {size} = this.#values;
    return {
      *classes() {
        for (let at = 0; at < classes; at++) {
          const found: number[] = [];
          const seen = new Set<number>();
          for (let i = ends[at]!; i < ends[at + 1]!; i++) {
            const place = places[i]!;
            // Below 2^53 for ten million members with ten million values.
            const pair = members[place]! * size + ids[place]!;
            if (seen.has(pair)) continue;
            seen.add(pair);
            found.push(ids[place]!);
          }
          if (found.length > 0) yield found;
        }
      },
    };
  }
}

function countsOf(ids: readonly number[], ranks: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const id of ids) counts.set(ranks[id]!, (counts.get(ranks[id]!) ?? 0) + 1);
  return counts;
}
