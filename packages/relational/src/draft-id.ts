import type {Column} from '@sluice/core';
import {columnType, ID_TEXT, PAIR} from './column-types.ts';
import type {DocumentSchema} from './document-schema.ts';
import type {DraftColumn, Mode} from './draft.ts';
import type {Naming} from './naming.ts';
import type {ScalarType, ShapeNode} from './plan.ts';

/** The columns of the root's id before they have their final names. */
export interface DraftId {
  readonly columns: readonly DraftColumn[];
  /** The type of the column that other tables have for it. */
  readonly key: Omit<Column, 'name' | 'nullable'>;
  /** A person wants to leave it out, which cannot be. */
  readonly excluded: boolean;
  node(strict: boolean): ShapeNode;
}

/** The id: in a column of its type, in two columns where it is an ObjectId of compatible tables, or as the text of its JSON. */
export function draftId({fields}: DocumentSchema, idField: string, naming: Naming, mode: Mode): DraftId {
  const shape = fields.find(({name}) => name === idField);
  const as = shape?.as ?? 'json';
  const given = shape?.column;
  const name = given ?? naming.column([{name: idField}]);
  const draft = (wanted: string, column: Omit<Column, 'name' | 'nullable'>): DraftColumn => ({
    wanted, given: given !== undefined, path: idField, name: '', position: -1, column: {...column, nullable: mode === 'compat', ...(mode === 'clean' && {comment: idField})},
  });
  if (as === 'objectId' && mode === 'compat') {
    const columns = [draft(`${name}_oid`, PAIR.oid), draft(`${name}_bsontype`, PAIR.bsontype)];
    return {columns, key: PAIR.oid, excluded: false, node: () => ({kind: 'objectIdPair', oid: columns[0]!.position, bsontype: columns[1]!.position})};
  }
  const type: ScalarType = as === 'columns' || as === 'table' || as === 'exclude' || as === 'null' ? 'json' : as;
  const key = type === 'json' ? ID_TEXT : columnType(mode, type);
  const columns = [draft(name, key)];
  return {columns, key, excluded: as === 'exclude', node: (strict: boolean): ShapeNode => ({kind: 'scalar', column: columns[0]!.position, type, strict: strict && type !== 'json'})};
}

