import {defineConfig, endpointUrl, option, z, type Options} from '@sluice/config';
import {lossOptions, quarantineOptions, RESUME_AFTER_SECONDS, RESUME_FROM_ROWS} from '@sluice/job';
import {certificateOptions, maskingOptions} from '@sluice/masking/options';
import {guestOptions, parallelOption} from './server-limits.ts';
import {snapshotOptions} from './snapshot-options.ts';
import {tableFlags} from './table-flags.ts';
import {modes} from './table-options.ts';

const names = z.array(z.string().min(1)).default([]);

/** Options that few need: on the reference page, not in help. */
const onPage = <O extends Options>(options: O): O =>
  // Sound: every option stays under its name, with its schema.
  Object.fromEntries(Object.entries(options).map(([name, {meta, ...rest}]) => [name, {...rest, meta: {...meta, advanced: true}}])) as O;

/** What `copy` and `plan` have in common. */
const selection = {
  source: option(endpointUrl(), {describe: 'Where to read, e.g. mysql://user@host/db.', details: 'Others: postgresql://user@host/db?schema=name, mongodb://user@host/db, socrata://host/id, sqlite:file.db, csv:folder/, jsonl:file.jsonl.gz.', value: 'URL'}),
  destination: option(endpointUrl(), {describe: 'Where to write, e.g. sqlite:file.db, csv:out/.', details: 'A URL of the same kinds; MongoDB and Socrata are only read.', value: 'URL'}),
  tables: option(names, {describe: 'Only these tables and views; * is any text.', details: '? is one character, a backslash takes the next one literally.', value: 'PATTERN,...'}),
  exclude: option(names, {describe: 'Leave these out.', value: 'PATTERN,...'}),
  mode: option(z.enum(modes).default('replace'), {describe: `How rows get there: ${modes.join(', ')}.`, env: false, value: 'MODE'}),
  ...tableFlags,
  ...snapshotOptions,
  ...lossOptions,
  ...parallelOption,
  policy: option(z.string().optional(), {describe: 'What may leave, per table and column.', details: 'Then the destination holds nothing else. Without one everything is copied as it is.', value: 'FILE'}),
  ...onPage(maskingOptions),
  passwordFile: option(z.string().optional(), {describe: "Holds the source's password; or SLUICE_SOURCE_PASSWORD.", env: false, value: 'FILE'}),
  destinationPasswordFile: option(z.string().optional(), {describe: 'The same; or SLUICE_DESTINATION_PASSWORD.', env: false, value: 'FILE'}),
};

export const planConfig = defineConfig('plan', 'Says what a copy would do and lose, and touches nothing.', {
  ...selection,
  scan: option(z.boolean().default(true), {describe: 'Look at every value; --no-scan goes by the types.', env: false}),
});

export const copyConfig = defineConfig('copy', 'Copies tables and proves that they arrived.', {
  ...selection,
  verify: option(z.boolean().default(true), {describe: 'Read all back and compare before it goes live.'}),
  ...quarantineOptions,
  ...onPage(certificateOptions),
  dryRun: option(z.boolean().default(false), {describe: 'Print the plan and touch nothing.', details: 'As `plan` does.', env: false}),
  report: option(z.string().optional(), {describe: 'Put report.json and report.html there.', value: 'FOLDER'}),
  resume: option(z.boolean().default(true), {describe: 'Go on where a run that died left off; --no-resume begins anew.', env: false, advanced: true}),
  ...guestOptions,
  resumeFrom: option(z.coerce.number().int().min(0).default(RESUME_FROM_ROWS), {describe: 'Copies of fewer rows begin anew, and are faster for it; each 200 bytes of a wide row count as one.', value: 'ROWS', advanced: true}),
  resumeAfter: option(z.coerce.number().min(0).default(RESUME_AFTER_SECONDS), {describe: 'A run that dies sooner begins anew.', value: 'SECONDS', advanced: true}),
  commitRows: option(z.coerce.number().int().min(1).default(100_000), {describe: 'About so many rows are the most that a run that died repeats.', value: 'N', advanced: true}),
  state: option(z.string().default('.sluice/state.db'), {describe: 'Where runs are remembered.', value: 'FILE', advanced: true}),
});
