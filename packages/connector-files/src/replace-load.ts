import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {LossRules, Schema} from '@sluice/core';
import {writing} from '@sluice/csv-staging';
import type {Orders} from './go-live.ts';
import type {LoadMode} from './load.ts';
import {MANIFEST} from './manifest.ts';
import {ownFile, writeEmptyTable, writeManifest} from './new-file.ts';
import type {LoadPlan} from './plan-load.ts';
import {ReplaceWriter} from './replace-writer.ts';
import type {Workspace} from './workspace.ts';

/** Writes new files into the work folder and makes them live at once. */
export function replaceIn(workspace: Workspace, {tables, there, gone}: LoadPlan, losses: LossRules | undefined): LoadMode {
  /** What was written of each file: the schema that its writer was opened with. */
  const written = new Map<string, Schema>();
  const orders: Orders = {
    gone: [...new Set([...gone, ...tables.flatMap(({stored, file}) => (stored !== null && stored.name !== file ? [stored.name] : []))])],
    forget: [...tables.map(({schema}) => schema.table), ...gone.flatMap(name => there.files.find(file => file.name === name)?.table ?? [])],
  };
  return {
    async open(table, incoming, signal) {
      const writer = await ReplaceWriter.open(workspace.load, table.file, incoming, losses?.get(incoming.table), signal);
      written.set(table.file, incoming);
      return writer;
    },

    /** Tables that nobody wrote become empty files. */
    async finish() {
      for (const {schema, file} of tables) if (!written.has(file)) await writeEmptyTable(workspace.load, file, schema);
      await writeManifest(workspace.load, there.manifest, tables.map(({schema, file}) => ({file, schema: written.get(file) ?? schema})), orders.gone);
    },

    async publish() {
      const names = [...tables.map(({file}) => file), MANIFEST];
      let bytes = 0;
      for (const name of names) bytes += (await writing(() => stat(join(workspace.load, name)))).size;
      await workspace.publish(names, orders);
      return {bytes};
    },

    async fileOf({schema, file}) {
      return ownFile(workspace.load, file, written.get(file) ?? schema);
    },
  };
}
