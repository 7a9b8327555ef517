import {BSON, Decimal128, Double, EJSON, Int32, Long, MaxKey, ObjectId, Binary, Timestamp} from 'bson';
import type {Row} from '@sluice/core';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {compileFlatten} from '../src/index.ts';
import type {PlannedTable, RelationalPlan, ScalarType, ShapeNode} from '../src/index.ts';
import {factsOfJson, factsOfRows} from './facts.ts';
import {plan as planOf, table} from './hand-plan.ts';
import {jsonb} from './jsonb.ts';

// Documents and plans draw from the same few names, so that they meet; what is met is often of another type.
const names = fc.constantFrom('a', 'b', 'c', '', 'x.y', 'x\\', '\\e', 'oid', 'bsontype');
const types: readonly ScalarType[] = ['bool', 'int', 'long', 'double', 'decimal', 'string', 'date', 'objectId', 'uuid', 'binary', 'json', 'null'];

const scalars: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(0, -0, 1, -1.5, NaN, Infinity, 2 ** 53, 2 ** 60, 1e22, 1e300, 1e-7, 5e-324).map(value => new Double(value)),
  fc.double().map(value => new Double(value)),
  fc.integer({min: -(2 ** 31), max: 2 ** 31 - 1}).map(value => new Int32(value)),
  fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n}).map(value => Long.fromBigInt(value)),
  fc.constantFrom('0', '-0', '1.50', '1E+3', 'NaN', '-Infinity', '12345678901234567890.5').map(text => Decimal128.fromString(text)),
  fc.string({unit: 'grapheme', maxLength: 20}), fc.constantFrom('nul \0 in it', '56b8f05cf9fcee1b00000010'),
  fc.boolean(), fc.constant(null), fc.constant(new MaxKey()), fc.constant(new Timestamp({t: 1, i: 2})),
  fc.integer({min: -8.64e15, max: 8.64e15}).map(milliseconds => new Date(milliseconds)),
  fc.uint8Array({minLength: 12, maxLength: 12}).map(bytes => new ObjectId(bytes)),
  fc.tuple(fc.uint8Array({minLength: 16, maxLength: 16}), fc.constantFrom(0, 3, 4, 128)).map(([bytes, subtype]) => new Binary(bytes, subtype)),
);
const {fields: documents} = fc.letrec<{value: unknown; fields: Map<string, unknown>; array: unknown[]}>(tie => ({
  value: fc.oneof({maxDepth: 4}, scalars, tie('fields'), tie('array')),
  fields: fc.array(fc.tuple(names, tie('value')), {maxLength: 6}).map(entries => new Map(entries)),
  array: fc.array(tie('value'), {maxLength: 4}),
}));

/** A shape before its columns have places. */
type Sketch =
  | {readonly kind: 'scalar'; readonly type: ScalarType}
  | {readonly kind: 'objectIdPair'}
  | {readonly kind: 'record'; readonly fields: ReadonlyMap<string, Sketch>}
  | {readonly kind: 'array'; readonly item: Sketch};
const {record: sketches} = fc.letrec<{shape: Sketch; record: Extract<Sketch, {kind: 'record'}>}>(tie => ({
  shape: fc.oneof({maxDepth: 4},
    fc.constantFrom(...types).map(type => ({kind: 'scalar' as const, type})), fc.constant({kind: 'objectIdPair' as const}),
    tie('record'), tie('shape').map(item => ({kind: 'array' as const, item}))),
  record: fc.array(fc.tuple(names, tie('shape')), {maxLength: 6}).map(entries => ({kind: 'record' as const, fields: new Map(entries)})),
}));

function planned(sketch: Extract<Sketch, {kind: 'record'}>, compat: boolean): RelationalPlan {
  const tables: {columns: string[]; options: {-readonly [K in keyof PlannedTable]?: PlannedTable[K]}}[] = [];
  const open = (path: readonly string[], parent: number | null) => {
    const level = parent === null ? 0 : tables[parent]!.options.indexes!.length + 1;
    const columns = ['id', ...Array.from({length: level}, (_, i) => `idx${i}`), ...compat ? [] : ['_extra']];
    tables.push({columns, options: {path, parent, rootId: [0], indexes: Array.from({length: level}, (_, i) => i + 1), overflow: compat ? null : level + 1}});
    return tables.length - 1;
  };
  const column = (of: number) => tables[of]!.columns.push(`c${tables[of]!.columns.length}`) - 1;
  const shape = (from: Sketch, of: number, path: readonly string[]): ShapeNode => {
    switch (from.kind) {
      case 'scalar': return {kind: 'scalar', column: column(of), type: from.type, strict: compat};
      case 'objectIdPair': return {kind: 'objectIdPair', oid: column(of), bsontype: column(of)};
      case 'record': return {kind: 'record', fields: new Map([...from.fields].map(([name, inner]) => [name, shape(inner, of, [...path, name])]))};
      case 'array': {
        const own = open(path, of);
        return {kind: 'array', table: own, item: shape(from.item, own, [...path, '[]'])};
      }
    }
  };
  open([], null);
  const fields = new Map<string, ShapeNode>([['_id', {kind: 'scalar', column: 0, type: 'objectId', strict: compat}]]);
  for (const [name, inner] of sketch.fields) fields.set(name, shape(inner, 0, [name]));
  return planOf({kind: 'record', fields}, tables.map(({columns, options}) => table(columns, options)), {compat});
}

/** Parsed canonical Extended JSON; put together here because the library's objects lose the order of some names. */
function json(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([name, inner]) => [name, json(inner)]));
  if (Array.isArray(value)) return value.map(json);
  return JSON.parse(EJSON.stringify(value, {relaxed: false}));
}

/** What goes to columns of `jsonb`. */
function keptJson({tables, extra}: RelationalPlan, into: readonly (readonly Row[])[]): string[] {
  const VALUE = 4;
  const kept = extra ? into.at(-1)!.map(row => row[VALUE]!) : tables.flatMap(({overflow}, i) => into[i]!.map(row => row[overflow!]!));
  return kept.filter((text): text is string => text !== null);
}

test.each([false, true])('nothing of a document is lost, whatever the plan expects; compatible tables: %s', compat => {
  let kept = 0;
  fc.assert(fc.property(sketches, fc.array(documents, {minLength: 1, maxLength: 3}), fc.boolean(), (sketch, several, idLast) => {
    const plan = planned(sketch, compat);
    const rows = compileFlatten(plan);
    for (const document of several) {
      // What no row can tell from an ObjectId.
      const id = new ObjectId('5f00aa10c0ffee0000000001');
      const whole = new Map<string, unknown>(idLast ? [...document, ['_id', id]] : [['_id', id], ...document]);
      const into: Row[][] = Array.from({length: plan.tables.length + (compat ? 1 : 0)}, () => []);
      rows.add(BSON.serialize(whole), into);
      for (const [i, {schema}] of plan.tables.entries()) {
        for (const row of into[i]!) {
          expect(row).toHaveLength(schema.columns.length);
          expect(row[0]).toBe('5f00aa10c0ffee0000000001');
        }
      }
      for (const text of keptJson(plan, into)) expect(text).toBe(jsonb(JSON.parse(text)));
      expect(factsOfRows(plan, into).toSorted()).toEqual(factsOfJson(json(whole)).toSorted());
    }
    kept += rows.misfits.reduce((sum, {count}) => sum + count, 0);
  }), {numRuns: 1000, seed: 11});
  expect(kept).toBeGreaterThan(1000);
});
