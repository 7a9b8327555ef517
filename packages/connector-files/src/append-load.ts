import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import {must, type LossRules, type Schema} from '@sluice/core';
import {appendTarget, missingLineEnd} from './append-target.ts';
import {AppendWriter} from './append-writer.ts';
import {fitInto} from './fit-schema.ts';
import type {LoadMode} from './load.ts';
import type {Location} from './location.ts';
import {MANIFEST} from './manifest.ts';
import {writeEmptyTable, writeManifest} from './new-file.ts';
import {rewriteWider} from './rewrite-table.ts';
import {openTable, storedFiles} from './stored-files.ts';
import type {TableFile} from './table-file.ts';
import type {Workspace} from './workspace.ts';

/** Adds rows to live files; a table that is not there begins as an empty file, which goes again when the load is given up before it holds a row. */
export function appendInto(workspace: Workspace, location: Location, losses: LossRules | undefined): LoadMode {
  const live = async (file: string, signal: AbortSignal): Promise<TableFile | null> => {
    const {files} = await storedFiles({...location, file});
    return files[0] ? await openTable(files[0], signal) : null;
  };
  /** Files that this load has made, with their sizes then, and their tables. */
  const made = new Map<string, {readonly bytes: number; readonly table: string}>();
  let hadManifest = true;
  /** Makes what lies in the load folder live, with a new description of the file unless that is null. */
  const goLive = async (file: string, schema: Schema | null, signal: AbortSignal): Promise<TableFile> => {
    if (schema !== null) await writeManifest(workspace.load, (await storedFiles({...location, file})).manifest, [{schema, file}]);
    await workspace.publish([file], {gone: [], forget: []});
    return must(await live(file, signal), 'file');
  };

  return {
    async open({file}, incoming, signal) {
      let there = await live(file, signal);
      if (there === null) {
        if (made.size === 0) hadManifest = (await storedFiles(location)).manifest !== null;
        await writeEmptyTable(workspace.load, file, incoming);
        made.set(file, {bytes: (await stat(join(workspace.load, file))).size, table: incoming.table});
        there = await goLive(file, incoming, signal);
      }
      const stored = await appendTarget(there, signal);
      const wider = fitInto(stored, incoming);
      if (wider !== stored) {
        // In JSON Lines a key that is absent is null: only the description changes.
        if (there.format === 'csv') await rewriteWider(there, wider.columns.slice(stored.columns.length).map(({name}) => name), workspace.load, signal);
        if (there.format === 'csv' || there.origin === 'own') there = await goLive(file, there.origin === 'own' ? wider : null, signal);
      }
      const lineEnd = await missingLineEnd(there, signal);
      return await AppendWriter.open({workspace, file, stored: wider, incoming, rules: losses?.get(incoming.table), lineEnd}, signal);
    },
    async finish() {},
    async publish() {
      return {};
    },
    async abandon() {
      const gone: string[] = [];
      for (const [file, {bytes}] of made) if ((await stat(join(workspace.folder, file)).catch(() => null))?.size === bytes) gone.push(file);
      if (gone.length === 0) return;
      const {manifest} = await storedFiles(location);
      const isLast = !hadManifest && manifest?.resources.every(({path}) => gone.some(file => file === path)) === true;
      if (!isLast) await writeManifest(workspace.load, manifest, [], gone);
      await workspace.publish([], {gone: isLast ? [...gone, MANIFEST] : gone, forget: gone.flatMap(file => made.get(file)?.table ?? [])});
    },
    async fileOf({file}, signal) {
      return must(await live(file, signal), 'file');
    },
  };
}
