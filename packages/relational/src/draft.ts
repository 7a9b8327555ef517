import type {Column, Problem} from '@sluice/core';
import {columnType, KEPT, PAIR, PLACE} from './column-types.ts';
import {countOf, type DocumentSchema, type Field, type Shape} from './document-schema.ts';
import {dottedPath} from './dotted-path.ts';
import {draftId} from './draft-id.ts';
import {cleanNaming, compatNaming, type Naming, NESTED, type Part, type Step} from './naming.ts';
import type {Renamed, ScalarType, ShapeNode} from './plan.ts';
import {MAX_ARRAYS} from './profiler.ts';

export type Mode = 'clean' | 'compat';

/** A column before it has its final name and place. */
export interface DraftColumn {
  readonly wanted: string;
  /** A person wants it so. */
  readonly given: boolean;
  readonly column: Omit<Column, 'name'>;
  /** In the document, dotted. */
  readonly path: string;
  /** Set when the columns of the table are laid out. */
  name: string;
  position: number;
}

export interface DraftTable {
  readonly wanted: string;
  readonly given: boolean;
  readonly path: readonly string[];
  readonly parent: DraftTable | null;
  readonly rootId: readonly DraftColumn[];
  readonly places: readonly DraftColumn[];
  readonly leaves: DraftColumn[];
  readonly overflow: DraftColumn | null;
  readonly rows: number | null;
}

/** A collection as tables without final names. A node can be had when its columns have their places. */
export interface Draft {
  readonly schema: DocumentSchema;
  readonly idField: string;
  readonly tables: readonly DraftTable[];
  readonly root: () => ReadonlyMap<string, ShapeNode>;
  readonly excluded: ReadonlySet<string>;
  readonly omitted: readonly Renamed[];
  readonly problems: readonly Problem[];
}

export const namingOf = (mode: Mode): Naming => (mode === 'clean' ? cleanNaming : compatNaming);

type Late = () => ShapeNode;

/** Where a walk stands: the table that gets the columns, the parts of their names, and the path. */
interface Here {
  readonly table: DraftTable;
  readonly parts: readonly Part[];
  readonly steps: readonly Step[];
}

/** Goes through a schema in its order; parents come before their children. */
export function draftTables(schema: DocumentSchema, mode: Mode, maxColumns: number): Draft {
  const naming = namingOf(mode);
  const {collection} = schema;
  const strict = mode === 'compat' && schema.strict === true;
  const tables: DraftTable[] = [];
  const omitted: Renamed[] = [];
  const problems: Problem[] = [];
  const problem = (path: string, message: string) => void problems.push({path: `${collection}.${path}`, message});

  const names = new Set(schema.fields.map(({name}) => name));
  const idField = names.has('_id') || !names.has('id') ? '_id' : 'id';
  // Of an empty collection nothing is known; what a person wrote is a mistake.
  if (mode === 'compat' && schema.strict && !names.has(idField)) problem(idField, 'is missing, and rows must say to which document they belong: add the field, as objectId for example');
  const id = draftId(schema, idField, naming, mode);
  if (id.excluded) problem(idField, 'identifies the document: it cannot be left out');

  const root: DraftTable = {
    wanted: schema.table ?? naming.table([{name: collection, array: true}]).join('_'), given: schema.table !== undefined, path: [], parent: null, rootId: id.columns, places: [], leaves: [],
    overflow: overflowColumn(naming), rows: schema.read === 'all' ? schema.documents ?? null : null,
  };
  tables.push(root);

  const addLeaf = ({table, parts, steps}: Here, added: readonly {readonly parts: readonly Part[]; readonly column: Omit<Column, 'name'>}[]): DraftColumn[] | null => {
    const path = dotted(steps);
    const wanted = added.map(({parts: own}) => naming.column([...parts, ...own]));
    if (table.rootId.length + table.places.length + table.leaves.length + added.length + (table.overflow ? 1 : 0) > maxColumns) {
      omitted.push({path, wanted: wanted.join(', '), name: naming.overflow ?? '__extra', reason: `a table has at most ${maxColumns} columns: its values go to the overflow`});
      return null;
    }
    const given = [...parts, ...added.flatMap(({parts: own}) => own)].at(-1)?.given !== undefined;
    const columns = added.map(({column}, i): DraftColumn => ({wanted: wanted[i]!, given, column: {...column, ...comment(path)}, path, name: '', position: -1}));
    table.leaves.push(...columns);
    return columns;
  };
  const comment = (text: string) => (mode === 'clean' ? {comment: text} : {});

  const addShape = (shape: Shape, here: Here): Late | null => {
    switch (shape.as) {
      case 'columns': {
        const {fields, excluded} = addFields(shape.fields ?? [], here);
        return () => ({kind: 'record', fields: fields(), ...(excluded.size > 0 && {excluded})});
      }
      case 'table': return addArray(shape, here);
      case 'exclude': return null;
      case 'objectId': if (mode === 'compat') {
        const pair = addLeaf(here, [{parts: [{name: 'oid'}], column: {...PAIR.oid, nullable: true}}, {parts: [{name: 'bsontype'}], column: {...PAIR.bsontype, nullable: true}}]);
        return pair && (() => ({kind: 'objectIdPair', oid: pair[0]!.position, bsontype: pair[1]!.position}));
      }
    }
    return addScalar(shape.as, here);
  };

  const addScalar = (type: ScalarType, here: Here): Late | null => {
    const leaf = addLeaf(here, [{parts: [], column: {...columnType(mode, type), nullable: true}}]);
    const node = mode === 'clean' && type === 'null' ? 'json' : type;
    return leaf && (() => ({kind: 'scalar', column: leaf[0]!.position, type: node, strict}));
  };

  const addFields = (fields: readonly Field[], {table, parts, steps}: Here) => {
    const late: [string, Late][] = [];
    const excluded = new Set<string>();
    for (const field of fields) {
      const {name, column: given} = field;
      if (field.as === 'exclude') excluded.add(name);
      const node = addShape(field, {table, parts: [...parts, {name, ...(given !== undefined && {given})}], steps: [...steps, {name, array: field.as === 'table'}]});
      if (node) late.push([name, node]);
    }
    return {fields: () => new Map(late.map(([name, node]) => [name, node()])), excluded};
  };

  const addArray = (shape: Shape, {table: parent, steps}: Here): Late | null => {
    const {items} = shape;
    const path = steps.slice(1).map(({name}) => name);
    if (parent.places.length === MAX_ARRAYS) {
      problem(dotted(steps), `is an array within ${MAX_ARRAYS} others, the most that a key can have: make it json`);
      return null;
    }
    const above = steps.flatMap(({array}, i) => (array && i > 0 && i < steps.length - 1 ? [steps.slice(0, i + 1)] : []));
    const places = [...above.map(outer => structure(naming.place(outer), PLACE, dotted(outer), `place in ${dotted(outer)}, from 1`)),
      structure(naming.ownPlace, PLACE, dotted(steps), `place in ${dotted(steps)}, from 1`)];
    const table: DraftTable = {
      wanted: shape.table ?? naming.table(steps).join('_'), given: shape.table !== undefined, path, parent,
      rootId: [structure(naming.key(collection, id.columns[0]?.wanted ?? ''), id.key, idField, idField)],
      places, leaves: [], overflow: overflowColumn(naming), rows: schema.read === 'all' && items ? countOf(items) : null,
    };
    tables.push(table);
    if (!items || items.as === 'exclude') {
      problem(dotted(steps), 'is a table, and what its items are is not said: add items, or make it json or exclude');
      return null;
    }
    const item = addItem(items, table, steps);
    return item && (() => ({kind: 'array', table: tables.indexOf(table), item: item()}));
  };

  const addItem = (items: Shape, table: DraftTable, steps: readonly Step[]): Late | null => {
    const {column: given} = items;
    if (items.as === 'columns') return addShape(items, {table, parts: [], steps});
    if (items.as === 'table') return addShape(items, {table, parts: [], steps: [...steps, {name: NESTED, array: true}]});
    // The pair of an ObjectId has no name before it.
    const pair = items.as === 'objectId' && mode === 'compat';
    const parts = given !== undefined ? [{name: '', given}] : pair ? [] : naming.value(steps.at(-1)!.name);
    return addShape(items, {table, parts, steps});
  };

  const structure = (wanted: string, type: Omit<Column, 'name' | 'nullable'>, path: string, text: string): DraftColumn => ({
    wanted, given: false, column: {...type, nullable: mode === 'compat', ...comment(text)}, path, name: '', position: -1,
  });

  const others = schema.fields.filter(({name}) => name !== idField);
  const {fields, excluded} = addFields(others, {table: root, parts: [], steps: [{name: collection, array: true}]});
  if (idField === 'id') {
    // Such documents had none when the schema was written; every server of today gives them one.
    omitted.push({path: '_id', wanted: naming.column([{name: '_id'}]), name: 'nothing', reason: 'the schema identifies documents by id: the _id that a server adds is left out'});
  }
  return {
    schema, idField, tables, excluded: idField === 'id' ? new Set([...excluded, '_id']) : excluded, omitted, problems,
    root: () => new Map<string, ShapeNode>([[idField, id.node(strict)], ...fields()]),
  };
}

function overflowColumn({overflow}: Naming): DraftColumn | null {
  return overflow === null ? null : {
    wanted: overflow, given: false, path: '', name: '', position: -1,
    column: {...KEPT, nullable: true, comment: 'what fits no column, by path, with the reason'},
  };
}

/** As MongoDB writes a path in a query: without the collection, and arrays by their name alone. */
const dotted = (steps: readonly Step[]): string => dottedPath(steps.slice(1).map(({name}) => name));
