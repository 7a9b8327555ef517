import {defineConfig, endpointUrl, option, z, type Resolved} from '@sluice/config';
import {retentionOptions} from '@sluice/job';
import {certificateOptions, maskingOptions} from '@sluice/masking/options';
import {fileKeys} from './file-keys.ts';

const file = z.string().min(1).optional();

/** What every run of the copy has to know. */
const copyOptions = {
  source: option(endpointUrl(), {describe: 'The database: mysql://user@host/db; user needs SELECT; SHOW VIEW for views.', value: 'URL', example: 'mysql://reader@db.example/study'}),
  target: option(file, {describe: 'The collaboration file. With --file-path it comes from there.', value: 'FILE', example: 'collab.db'}),
  policy: option(file, {describe: 'What may leave, per table and column (YAML); or --settings.', value: 'FILE'}),
  ...maskingOptions,
  study: option(file, {describe: 'How the study is laid out, for ages (YAML); default: the built-in layout; none: no ages.', value: 'FILE|none'}),
  archive: option(file, {describe: 'Where the file that is replaced goes; default: its own folder. Made when missing.', value: 'FOLDER'}),
  report: option(file, {describe: 'Where report.json and report.html go; default: beside the target, named after it.', value: 'FOLDER'}),
  verify: option(z.boolean().default(true), {describe: 'Read everything back and compare before it goes live.'}),
  passwordFile: option(file, {describe: 'A file with the password; or SLUICE_SOURCE_PASSWORD.', env: false, value: 'FILE'}),
  settings: option(file, {describe: 'The old db_exporter_settings.json, instead of --policy and --study.', env: false, value: 'FILE'}),
  filePath: option(file, {describe: 'The old file_path.json, instead of --target and --archive.', env: false, value: 'FILE'}),
  state: option(z.string().default('.sluice/state.db'), {describe: 'Where runs are remembered.', value: 'FILE', advanced: true}),
};

/** What goes with a run that replaces the file. */
const runOptions = {
  ...certificateOptions,
  ...retentionOptions,
  dryRun: option(z.boolean().default(false), {describe: 'Print what would happen and touch nothing.', env: false}),
};

export const bulkConfig = defineConfig('bulk', 'Rebuilds the collaboration file from the database.', {...copyOptions, ...runOptions}, {passedOver: fileKeys});

export const updateConfig = defineConfig('update', 'Brings the collaboration file up to date: only what changed moves.', {...copyOptions, ...runOptions}, {passedOver: fileKeys});

export const changedConfig = defineConfig('changed', 'Says what an update would do and why; touches nothing.', copyOptions, {passedOver: fileKeys});

export const tablesConfig = defineConfig('tables', 'Makes some tables anew, whether they changed or not.', {
  tables: option(z.array(z.string().min(1)).min(1), {describe: 'Their names at the source.', env: false, value: 'TABLE'}),
  ...copyOptions, ...runOptions,
}, {passedOver: fileKeys});

export const verifyConfig = defineConfig('verify', 'Compares every row of the file with what the source says now.', {
  ...copyOptions,
  repair: option(z.boolean().default(false), {describe: 'Make the tables that differ anew, then compare again.', env: false}),
}, {passedOver: fileKeys});

/** The options that all of them share, as decoded; only some keep archives. */
export type CopyOptions = Resolved<typeof changedConfig> & Partial<Pick<Resolved<typeof bulkConfig>, keyof typeof retentionOptions | keyof typeof certificateOptions>>;
