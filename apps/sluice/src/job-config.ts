import {defineConfig, endpointUrl, option, z} from '@sluice/config';
import {Secret, type LossRule} from '@sluice/core';
import {copyConfig} from './copy-config.ts';
import {tableFlags} from './table-flags.ts';
import {tableOptions} from './table-options.ts';

const name = z.string().min(1);

/** YAML reads a bare `null` as nothing: as a rule it is the rule. */
const lossRule = z.union([z.enum(['fail', 'null', 'text', 'quarantine']), z.null()]).transform((rule): LossRule => rule ?? 'null');

/** What the flags of `copy` say of a table, its rules for losses and its policy. */
const tableRules = z.strictObject({
  ...tableOptions.shape,
  onLoss: z.union([lossRule, z.record(name, lossRule)]).optional().describe('What becomes of values the destination cannot hold: fail, null, text or quarantine, for the table or per column.'),
  policy: name.optional().describe('The policy file for the table, or the word none: it is copied as it is. As soon as one is named, every table needs one or the other.'),
});
export type TableRules = z.output<typeof tableRules>;

const place = z.union([endpointUrl(), z.strictObject({
  url: endpointUrl().describe('As for `copy`.'),
  password: name.transform(text => new Secret(text)).optional().describe('A reference such as ${DB_PASSWORD}; rather that or a file than the password itself.'),
  passwordFile: name.optional().describe('A file that holds the password alone.'),
})]);
export type JobPlace = z.output<typeof place>;

/** Flags that a file says in another way, or not at all. */
const OTHERWISE = ['source', 'destination', 'tables', 'exclude', 'mode', 'onLoss', 'passwordFile', 'destinationPasswordFile', 'dryRun'] as const;
type OfFlagsOnly = (typeof OTHERWISE)[number] | keyof typeof tableFlags;
export type JobSettings = Omit<typeof copyConfig.options, OfFlagsOnly>;

const otherwise: ReadonlySet<string> = new Set([...OTHERWISE, ...Object.keys(tableFlags)]);
// Sound: what is left out by name here is what the type leaves out.
const settings = Object.fromEntries(Object.entries(copyConfig.options).filter(([key]) => !otherwise.has(key))) as JobSettings;

/** A job file: one source, one destination, what is copied and how. Whatever `copy` has a flag for has its key here. */
export const jobConfig = defineConfig('job', 'What to copy, from where to where, and how.', {
  source: option(place, {describe: 'Where to read: a URL, or {url, password, passwordFile}.', env: false}),
  destination: option(place, {describe: 'Where to write.', env: false}),
  defaults: option(tableRules.omit({rename: true, renameColumns: true}).optional(), {describe: 'What holds for every table that says nothing else.', env: false}),
  tables: option(z.record(name, z.union([tableRules, z.null()])).refine(tables => Object.keys(tables).length > 0, 'names no table; leave it out to copy all').optional(), {describe: 'The tables to copy, by name or pattern, each with what is said of it; absent: all. Of several that match, the first that says something counts; conditions and choices of columns add up.', env: false}),
  exclude: option(z.array(name).default([]), {describe: 'Names or patterns of tables and views to leave out.', env: false}),
  ...settings,
});
