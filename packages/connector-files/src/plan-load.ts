import {existsSync} from 'node:fs';
import {type ColumnMapping, type ColumnType, ErrorCode, type LoadRequest, type Omission, PipelineError, type Schema, type TableTarget, type TargetPlan} from '@sluice/core';
import {FIELD_TYPES} from './field-types.ts';
import {fileNames} from './file-name.ts';
import {fitInto} from './fit-schema.ts';
import {extensionOf, type Format, type Location} from './location.ts';
import {openTable, type Stored, type StoredFile, storedFiles} from './stored-files.ts';
import type {TableFile} from './table-file.ts';

/** One table of a load, and where it goes. */
export interface TablePlan {
  readonly schema: Schema;
  /** Name of its file. */
  readonly file: string;
  /** The file of the table that is there; null when there is none. */
  readonly stored: StoredFile | null;
  /** The table that is there, when rows are to be added to it. */
  readonly live: TableFile | null;
}

export interface LoadPlan {
  readonly tables: readonly TablePlan[];
  readonly target: TargetPlan;
  readonly there: Stored;
  /** Files of other tables that do not stay beside those of the load. */
  readonly gone: readonly string[];
}

/** Decides the file of every table. Throws SCHEMA when the load is not possible. */
export async function planLoad(location: Location, {catalog, mode, alone = false}: LoadRequest, signal: AbortSignal): Promise<LoadPlan> {
  if (mode === 'upsert') throw new PipelineError(ErrorCode.SCHEMA, 'files have no keys: rows cannot be replaced one by one', {remedy: 'use replace or append'});
  const {tables} = catalog;
  if (location.file !== null && tables.length !== 1) {
    throw new PipelineError(ErrorCode.SCHEMA, `a single file holds exactly one table, the load has ${tables.length}`, {
      remedy: `write to a folder, ${location.format}:folder/, or choose one table`,
    });
  }
  for (const schema of tables) refuseWithoutColumns(schema);
  const there: Stored = existsSync(location.folder) ? await storedFiles({...location, file: null, gzip: null}) : {files: [], manifest: null};
  const byTable = new Map(there.files.map(file => [file.table, file]));
  const wanted = new Set(tables.map(({table}) => table));
  const others = there.files.filter(({table}) => !wanted.has(table)).map(({kind}) => kind.stem);
  const names = fileNames(tables.map(({table}) => table), extensionOf(location), others);

  const plans: TablePlan[] = [];
  for (const schema of tables) {
    const stored = location.file === null ? byTable.get(schema.table) ?? null : there.files.find(({name}) => name === location.file) ?? null;
    const file = location.file ?? (mode === 'append' && stored ? stored.name : `${names.get(schema.table)!}${extensionOf(location)}`);
    const live = mode === 'append' && stored ? await openTable(stored, signal) : null;
    if (live) fitInto(live.schema, schema);
    plans.push({schema, file, stored, live});
  }
  const own = new Set(plans.map(({file}) => file));
  const gone = alone && mode === 'replace' && location.file === null && existsSync(location.folder)
    ? (await allStored(location.folder)).flatMap(({name, resource}) => (resource !== null && !own.has(name) ? [name] : [])) : [];
  return {tables: plans, gone, target: {tables: plans.map(plan => targetOf(plan, location.format)), views: [], omissions: viewOmissions(catalog.views)}, there};
}

/** The tables of a folder in whichever format. Throws as `storedFiles` does. */
export async function allStored(folder: string): Promise<readonly StoredFile[]> {
  const found = await Promise.all((['csv', 'jsonl'] as const).map(format => storedFiles({format, folder, file: null, gzip: null, label: ''})));
  return found.flatMap(({files}) => files);
}

/** Types whose values stand in a file as anybody would write them. */
const ALIKE: ReadonlySet<ColumnType> = new Set(['bool', 'int', 'text', 'date', 'timestamp', 'uuid']);

function targetOf({schema, file}: TablePlan, format: Format): TableTarget {
  return {
    table: schema.table,
    target: file.replace(/\.(csv|jsonl)(\.gz)?$/i, ''),
    ddl: [],
    columns: schema.columns.map((column): ColumnMapping => {
      const type = FIELD_TYPES[column.type];
      return {
        column: column.name,
        from: column.native?.sql ?? column.type,
        to: type.standard.format === undefined || type.standard.format === 'any' ? type.standard.type : `${type.standard.type} (${type.standard.format})`,
        ...(!ALIKE.has(column.type) && {note: format === 'csv' ? type.inCsv : type.inJson}),
      };
    }),
  };
}

function viewOmissions(views: LoadRequest['catalog']['views']): readonly Omission[] {
  return views.map(({name}) => ({table: null, kind: 'view', name, reason: 'files hold rows only'}));
}

function refuseWithoutColumns({table, columns}: Schema): void {
  if (columns.length === 0) throw new PipelineError(ErrorCode.SCHEMA, 'a table without columns cannot be a file', {table});
}
