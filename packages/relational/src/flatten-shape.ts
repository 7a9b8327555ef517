import {joined, pathName} from './flatten-overflow.ts';
import {takeId, takeOf} from './flatten-scalar.ts';
import type {Moments, Take} from './flatten-scalar.ts';
import type {Wanted} from './misfit.ts';
import type {RecordNode, RelationalPlan, ShapeNode} from './plan.ts';

/** A node of the plan with all that does not depend on a document worked out. */
interface Place {
  /** Names below the row that its values go to. */
  readonly below: string;
  /** Names from the document down. */
  readonly path: string;
  readonly wanted: Wanted;
}

export interface ScalarShape extends Place {
  readonly kind: 'scalar';
  readonly column: number;
  readonly take: Take;
}

export interface PairShape extends Place {
  readonly kind: 'objectIdPair';
  readonly oid: number;
  readonly bsontype: number;
  /** What a document in its place is read as. */
  readonly record: RecordShape;
}

export interface ArrayShape extends Place {
  readonly kind: 'array';
  readonly table: number;
  readonly item: Shape;
  /** A row without values. */
  readonly blank: readonly null[];
  /** The column of the document's id; -1 when there is none. */
  readonly idColumn: number;
  /** Columns of the places in the arrays, outermost first. */
  readonly indexes: readonly number[];
  readonly overflow: number;
}

export interface RecordShape extends Place {
  readonly kind: 'record';
  readonly fields: readonly Field[];
  /** Where in `fields` a name stands; its bytes as Latin-1 are the key, so that names are found whatever they hold. */
  readonly byName: ReadonlyMap<string, number>;
  /** By the place of the field before, plus one: the place of the field that followed it last, which is likely to follow it again. */
  readonly following: Int32Array;
  /** By place: whether the document that is read has had the field. One document at a time is read by one shape. */
  readonly seen: Uint8Array;
}

/** A field that goes nowhere, because a person said so. */
export interface ExcludedShape extends Place {
  readonly kind: 'excluded';
}

export type Shape = ScalarShape | PairShape | ArrayShape | RecordShape | ExcludedShape;

export interface Field {
  readonly name: Uint8Array;
  readonly shape: Shape;
}

export function compileShape(plan: RelationalPlan, moments: Moments): RecordShape {
  const root = record(plan.root, {plan, moments}, '', '');
  const node = plan.root.fields.get(plan.idField);
  if (node?.kind !== 'scalar' || node.type !== 'json') return root;
  return {...root, fields: root.fields.map(field => (field.shape.kind === 'scalar' && field.shape.column === node.column ? {...field, shape: {...field.shape, take: takeId}} : field))};
}

interface Given {
  readonly plan: RelationalPlan;
  readonly moments: Moments;
}

function shape(node: ShapeNode, given: Given, below: string, path: string): Shape {
  switch (node.kind) {
    case 'scalar': return {kind: 'scalar', below, path, wanted: node.type, column: node.column, take: takeOf(node, given.moments)};
    case 'objectIdPair': {
      const fields: RecordNode['fields'] = new Map([
        ['oid', {kind: 'scalar', column: node.oid, type: 'string', strict: true}],
        ['bsontype', {kind: 'scalar', column: node.bsontype, type: 'int', strict: true}],
      ]);
      return {kind: 'objectIdPair', below, path, wanted: 'objectId', oid: node.oid, bsontype: node.bsontype, record: record({kind: 'record', fields}, given, below, path)};
    }
    case 'record': return record(node, given, below, path);
    case 'array': {
      const table = given.plan.tables[node.table];
      if (!table) throw new Error(`the plan has no table ${node.table}`);
      const blank = table.schema.columns.map(() => null);
      return {
        kind: 'array', below, path, wanted: 'array', table: node.table, blank, idColumn: table.rootId[0] ?? -1, indexes: table.indexes, overflow: table.overflow ?? -1,
        item: shape(node.item, given, '', path),
      };
    }
  }
}

function record({fields, excluded = new Set()}: RecordNode, given: Given, below: string, path: string): RecordShape {
  const at = (name: string) => [joined(below, pathName(name)), joined(path, pathName(name))] as const;
  const list = [
    ...[...fields].map(([name, node]) => ({name: Buffer.from(name), shape: shape(node, given, ...at(name))})),
    ...[...excluded].map(name => ({name: Buffer.from(name), shape: {kind: 'excluded', below: at(name)[0], path: at(name)[1], wanted: 'null'} satisfies ExcludedShape})),
  ];
  return {
    kind: 'record', below, path, wanted: 'record', fields: list, byName: new Map(list.map(({name}, place) => [name.toString('latin1'), place])),
    following: Int32Array.from({length: list.length + 1}, (_, place) => (place < list.length ? place : -1)), seen: new Uint8Array(list.length),
  };
}
