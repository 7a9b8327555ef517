import type {Schema} from '@sluice/core';

/** How one collection becomes tables. `tables[0]` is the root's. */
export interface RelationalPlan {
  readonly collection: string;
  readonly tables: readonly PlannedTable[];
  readonly root: RecordNode;
  /** Field of the document that identifies it: `_id`, or `id` by an old schema file. */
  readonly idField: string;
  /** Where what fits no column goes when the tables have no column for it (compatible tables); null when they have. */
  readonly extra: ExtraTable | null;
  /** Names that could not stay as they would have been, and why. */
  readonly renamed: readonly Renamed[];
}

export interface Renamed {
  /** Dotted field names from the document down; of a table: the array's. */
  readonly path: string;
  readonly wanted: string;
  readonly name: string;
  readonly reason: string;
}

export interface PlannedTable {
  /** The order of the columns is the order of a row's values. `primaryKey` is empty in compatible tables. */
  readonly schema: Schema;
  /**
   * Field names from the document down to the array; [] for the root. An array within an array has the
   * path of its parent and `[]` behind it, once for each level.
   */
  readonly path: readonly string[];
  /** Where the enclosing table stands in `tables`; null for the root. */
  readonly parent: number | null;
  /**
   * Columns with the document's id: one, which says in every table to which document a row belongs. The
   * root of compatible tables has two, oid and bsontype; the first of them is the one that the others have.
   */
  readonly rootId: readonly number[];
  /** Columns with the 1-based places in the arrays, outermost first, own last; [] for the root. */
  readonly indexes: readonly number[];
  /** The column of JSON that takes what fits nowhere; null where `RelationalPlan.extra` does. */
  readonly overflow: number | null;
}

/** A table with one row for each value that fits no column, named `<root table>__extra`. */
export interface ExtraTable {
  /** Columns in this order: the document's id (as in the child tables), `path` text, `position` text, `reason` text, `value` json, `text` text, of which one is NULL. No primary key. */
  readonly schema: Schema;
}

export type ShapeNode = ScalarNode | ObjectIdPairNode | RecordNode | ArrayNode;

export type ScalarType = 'bool' | 'int' | 'long' | 'double' | 'decimal' | 'string' | 'date' | 'objectId' | 'uuid' | 'binary' | 'json' | 'null';

/** A value in a column of the nearest enclosing table. */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly column: number;
  /** `null`: no value but null was ever seen, and none is taken. */
  readonly type: ScalarType;
  /** Takes exactly the one BSON type (int32 also for `double`); otherwise every type whose value the column holds exactly. */
  readonly strict: boolean;
}

/** An ObjectId as two columns, its hexadecimal digits and the constant 7; a document `{oid, bsontype}` is taken for one, too. */
export interface ObjectIdPairNode {
  readonly kind: 'objectIdPair';
  readonly oid: number;
  readonly bsontype: number;
}

/** A document whose fields have columns in the nearest enclosing table. */
export interface RecordNode {
  readonly kind: 'record';
  readonly fields: ReadonlyMap<string, ShapeNode>;
  /** Fields that a person left out: they go nowhere, and are no misfits. */
  readonly excluded?: ReadonlySet<string>;
}

/** An array, a table of its own: `item` is what each element is, its columns are the table's. */
export interface ArrayNode {
  readonly kind: 'array';
  /** In `RelationalPlan.tables`. */
  readonly table: number;
  readonly item: ShapeNode;
}
