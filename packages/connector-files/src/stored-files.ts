import {existsSync} from 'node:fs';
import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {ErrorCode, PipelineError, type Schema} from '@sluice/core';
import {readBytes, readCsv, readError} from '@sluice/csv-staging';
import {pendingCommit} from './append-commit.ts';
import {FIELD_TYPES} from './field-types.ts';
import {READY, readOrders} from './go-live.ts';
import {inferColumns} from './infer-json.ts';
import {fileKind, type FileKind, type Location} from './location.ts';
import {describe, type Description, MANIFEST, type Manifest, readManifest} from './manifest.ts';
import {headerProblems} from './read-csv-table.ts';
import {placed} from './read-table.ts';
import {READ_JSON, textColumn} from './standard-field.ts';
import type {TableFile} from './table-file.ts';
import {WORK} from './workspace.ts';

/** One file of the location that is a table, before anybody looked into it. */
export interface StoredFile {
  readonly name: string;
  readonly path: string;
  readonly kind: FileKind;
  /** What the manifest calls it, else the name without extensions. */
  readonly table: string;
  readonly resource: Readonly<Record<string, unknown>> | null;
  readonly end: number | null;
}

export interface Stored {
  readonly files: readonly StoredFile[];
  readonly manifest: Manifest | null;
}

/**
 * The files of a location. A load that was interrupted while it went live counts as live, an append
 * that was interrupted while it was committed as not committed yet: so a reader of the folder sees
 * whole loads only. Throws CONNECT or AUTH when the folder cannot be read, SCHEMA when the manifest cannot.
 */
export async function storedFiles(location: Location): Promise<Stored> {
  const {folder, format, file, gzip} = location;
  const work = join(folder, WORK);
  const ready = join(work, READY);
  const going = existsSync(ready);
  const gone = new Set(going ? readOrders(ready).gone : []);
  const paths = new Map<string, string>();
  for (const name of await listNames(folder)) if (!gone.has(name)) paths.set(name, join(folder, name));
  if (going) for (const name of await listNames(ready)) paths.set(name, join(ready, name));

  const manifest = (going && existsSync(join(ready, MANIFEST)) ? await readManifest(ready) : null) ?? await readManifest(folder);
  const resources = new Map(manifest?.resources.map(resource => [resource['path'], resource]));
  const pending = await pendingCommit(work);
  const files = [...paths].flatMap(([name, path]): StoredFile[] => {
    const kind = fileKind(name);
    if (kind?.format !== format || name.startsWith('.') || (file !== null && name !== file) || (file === null && gzip === true && !kind.gzip)) return [];
    const resource = resources.get(name) ?? null;
    return [{name, path, kind, resource, table: tableName(resource) ?? kind.stem, end: pending?.file === name ? pending.base : null}];
  });
  return {manifest, files: files.sort((a, b) => (a.name < b.name ? -1 : 1))};
}

async function listNames(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, {withFileTypes: true});
    const names: string[] = [];
    for (const entry of entries) {
      const isFile = entry.isFile() || (entry.isSymbolicLink() && (await stat(join(folder, entry.name)).catch(() => null))?.isFile());
      if (isFile) names.push(entry.name);
    }
    return names;
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new PipelineError(ErrorCode.CONNECT, `the folder ${folder} does not exist`, {retryable: false, remedy: 'correct the path'});
    if (code === 'ENOTDIR') throw new PipelineError(ErrorCode.CONNECT, `${folder} is a file, not a folder`, {retryable: false, remedy: 'name a folder, or a file with its extension'});
    throw readError(error);
  }
}

function tableName(resource: StoredFile['resource']): string | null {
  const own = resource?.['sluice'];
  return typeof own === 'object' && own !== null && 'table' in own && typeof own.table === 'string' ? own.table : null;
}

/**
 * Looks into a file: its schema, from the manifest, else the header (CSV: everything is text) or one
 * pass over the file (JSON Lines). Throws SCHEMA, VALUE, CONNECT or AUTH, with table and file name.
 */
export async function openTable(file: StoredFile, signal: AbortSignal): Promise<TableFile> {
  try {
    const {schema, readers, origin} = (file.resource && describe(file.resource, file.table)) ?? await lookInto(file, signal);
    return {format: file.kind.format, path: file.path, name: file.name, schema, readers, origin, end: file.end};
  } catch (error) {
    throw placed(error, file.table, file.name);
  }
}

async function lookInto(file: StoredFile, signal: AbortSignal): Promise<Description> {
  const {table, path} = file;
  if (file.kind.format === 'csv') {
    const header = await readHeader(path, signal);
    const problems = headerProblems(header);
    if (problems.length > 0) {
      throw new PipelineError(ErrorCode.SCHEMA, problems.join('; '), {table, problems: problems.map(message => ({path: table, message})), remedy: 'give every column a name of its own in the first line'});
    }
    const readers = header.map(textColumn);
    return {schema: {table, columns: readers.map(({column}) => column), primaryKey: []}, readers, origin: 'none'};
  }
  const columns = await inferColumns(path, table, signal);
  const readers = columns.map(column => ({...FIELD_TYPES[column.type], ...(column.type === 'json' && READ_JSON), column}));
  const schema: Schema = {table, columns, primaryKey: []};
  return {schema, readers, origin: 'none'};
}

export async function readHeader(path: string, signal: AbortSignal): Promise<readonly string[]> {
  for await (const {columns} of readCsv(readBytes(path, signal), {maxRows: 1, maxBytes: 1}, signal)) return columns;
  throw new Error('readCsv yields at least one batch');
}
