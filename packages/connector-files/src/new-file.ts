import {join} from 'node:path';
import {must, type Schema} from '@sluice/core';
import {FileSink} from '@sluice/csv-staging';
import {writeAtomic} from './atomic-file.ts';
import {encoderOf} from './encode-table.ts';
import {FIELD_TYPES} from './field-types.ts';
import {fileKind} from './location.ts';
import {EMPTY_MANIFEST, type Manifest, MANIFEST, mergeResources, printManifest, resourceOf} from './manifest.ts';
import type {TableFile} from './table-file.ts';

/** Writes the file of a table without rows, to the disk. */
export async function writeEmptyTable(folder: string, name: string, schema: Schema): Promise<void> {
  const {format, gzip} = must(fileKind(name), 'extension');
  await using sink = await FileSink.open(join(folder, name), {gzip});
  await sink.write(encoderOf(format, schema).start());
  await sink.sync();
}

/** Writes a manifest that describes these files, and everything else as `there` does but for files that are gone. */
export async function writeManifest(
  folder: string, there: Manifest | null, files: readonly {readonly schema: Schema; readonly file: string}[], gone: readonly string[] = [],
): Promise<void> {
  const resources = files.map(({schema, file}) => {
    const {format, gzip} = must(fileKind(file), 'extension');
    return resourceOf(schema, file, format, gzip);
  });
  await writeAtomic(join(folder, MANIFEST), printManifest(mergeResources(there ?? EMPTY_MANIFEST, resources, new Set(gone))));
}

/** A file that this load has written, wherever it lies. */
export function ownFile(folder: string, name: string, schema: Schema): TableFile {
  const {format} = must(fileKind(name), 'extension');
  const readers = schema.columns.map(column => ({column, fromText: FIELD_TYPES[column.type].fromText, fromJson: FIELD_TYPES[column.type].fromJson}));
  return {format, path: join(folder, name), name, schema, readers, origin: 'own', end: null};
}
