import {BSON, type Document} from 'mongodb';

/** A schema file of the superseded system. */
export type OldSchema = {readonly [field: string]: OldType};
type OldType = string | OldSchema | readonly [OldType];

/** A table as its loader left it: columns in their order, values as PostgreSQL prints them in UTC, rows sorted. */
export interface ReferenceTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

interface Array_ { readonly trail: readonly string[]; readonly table: Table }
interface Column { readonly name: string; /** Null: the element itself. */ readonly trail: readonly string[] | null; readonly type: string | null }
interface Step { readonly name: string; readonly array: boolean }
interface Table { readonly name: string; readonly isRoot: boolean; readonly columns: Column[]; readonly places: readonly string[]; readonly arrays: Array_[] }

/**
 * What the superseded system's loader makes of documents, by its description alone and by none of our code: the cases that it was run on
 * are held against it.
 */
export function referenceTables(collection: string, schema: OldSchema, documents: readonly Document[]): Readonly<Record<string, ReferenceTable>> {
  const idField = '_id' in schema ? '_id' : 'id';
  const idTrail = isPair(schema[idField]) ? [idField, 'oid'] : [idField];
  const idType = isPair(schema[idField]) ? 'STRING' : schema[idField] as string;
  const tables: Table[] = [];
  const root = tableOf([{name: collection, array: true}], schema, []);
  const rows = new Map(tables.map(({name}) => [name, [] as (string | null)[][]]));
  for (const document of documents) {
    // As a server gives it back: every number of its own type.
    const read = BSON.deserialize(BSON.serialize(document), {promoteValues: false});
    fill(root, read, valueOf(at(read, idTrail), idType), []);
  }
  return Object.fromEntries(tables.map(({name, columns, places, isRoot}) => [name, {
    columns: [...columns.map(column => column.name), ...places, ...isRoot ? [] : ['idx']], rows: sorted(rows.get(name)!),
  }]));

  function tableOf(path: readonly Step[], item: OldType, enclosing: readonly (readonly Step[])[]): Table {
    const isRoot = path.length === 1;
    const table: Table = {name: tableName(path), isRoot, columns: [], places: enclosing.map(above => `${above.map(({name}) => bare(name)).join('_')}_idx`), arrays: []};
    tables.push(table);
    const found: {readonly trail: readonly string[]; readonly item: OldType}[] = [];
    const look = (type: OldType, trail: readonly string[]) => {
      if (typeof type === 'string') table.columns.push({name: trail.map(bare).join('_'), trail, type});
      else if (isList(type)) found.push({trail, item: type[0]});
      else for (const [field, below] of Object.entries(type)) look(below, [...trail, field]);
    };
    if (typeof item === 'string') table.columns.push({name: bare(path.at(-1)!.name), trail: null, type: item});
    else look(item, []);
    if (!isRoot) table.columns.push({name: [collection, ...idTrail].map(bare).join('_'), trail: [], type: null});
    table.columns.sort((one, other) => Buffer.compare(Buffer.from(one.name), Buffer.from(other.name)));
    for (const {trail, item: below} of found) {
      const steps = trail.map((name, i) => ({name, array: i === trail.length - 1}));
      table.arrays.push({trail, table: tableOf([...path, ...steps], below, isRoot ? [] : [...enclosing, path])});
    }
    return table;
  }

  function fill({name, columns, arrays, isRoot}: Table, value: unknown, id: string | null, places: readonly number[]): void {
    rows.get(name)!.push([...columns.map(({trail, type}) => (type === null ? id : valueOf(trail === null ? value : at(value, trail), type))), ...places.map(String)]);
    for (const {trail, table} of arrays) {
      const elements = at(value, trail);
      if (Array.isArray(elements)) for (const [i, element] of elements.entries()) fill(table, element, id, [...isRoot ? [] : places, i + 1]);
    }
  }
}

export const sorted = (rows: readonly (readonly (string | null)[])[]): (string | null)[][] =>
  rows.map(row => JSON.stringify(row)).sort().map(text => JSON.parse(text) as (string | null)[]);

const isList = (type: OldType): type is readonly [OldType] => Array.isArray(type);
const isPair = (type: OldType | undefined): boolean => typeof type === 'object' && !isList(type) && Object.keys(type).sort().join() === 'bsontype,oid';
const bare = (name: string) => (name.startsWith('_') ? name.slice(1) : name);
const tableName = (path: readonly Step[]) => path.map(({name, array}, i) => (array && i < path.length - 1 ? bare(name).toLowerCase().replace(/s$/, '') : bare(name))).join('_');

/** The value behind names of fields; of an ObjectId the two that stand for it. */
function at(value: unknown, trail: readonly string[]): unknown {
  const [field, ...rest] = trail;
  if (field === undefined) return value;
  if (value instanceof BSON.ObjectId) return rest.length > 0 ? undefined : field === 'oid' ? value.toHexString() : field === 'bsontype' ? new BSON.Int32(7) : undefined;
  return isDocument(value) ? at(value[field], rest) : undefined;
}

const isDocument = (value: unknown): value is Document => typeof value === 'object' && value !== null && !Array.isArray(value) && !('_bsontype' in value) && !(value instanceof Date);

/** Only the one type of the column's name is taken, and an int as a double. */
function valueOf(value: unknown, type: string): string | null {
  if (type === 'STRING') return typeof value === 'string' ? value : null;
  if (type === 'INT') return value instanceof BSON.Int32 ? String(value.value) : null;
  if (type === 'BIGINT') return value instanceof BSON.Long ? value.toString() : null;
  if (type === 'DOUBLE') return value instanceof BSON.Double || value instanceof BSON.Int32 ? (Object.is(value.value, -0) ? '-0' : String(value.value)) : null;
  if (type === 'BOOLEAN') return typeof value === 'boolean' ? (value ? 't' : 'f') : null;
  if (type === 'TIMESTAMP') return value instanceof Date ? `${value.toISOString().replace('T', ' ').replace(/\.?0*Z$/, '')}+00` : null;
  return null;
}
