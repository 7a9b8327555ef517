import {defineConfig, option, z} from '@sluice/config';
import {lossOptions, quarantineOptions} from '@sluice/job';
import {certificateOptions, maskingOptions} from '@sluice/masking/options';
import {fileKeys} from '../config/file-keys.ts';
import {onPage} from '../config/on-page.ts';
import {feedOptions, maskOptions, shapeOptions, sourceOptions, stateOption, targetOptions} from '../config/options.ts';

export const loadConfig = defineConfig('load', 'Makes the tables anew from all documents, beside those that are there, and swaps them.', {
  ...sourceOptions, ...targetOptions, ...shapeOptions, ...feedOptions,
  ...maskOptions, ...onPage({...maskingOptions, ...certificateOptions}),
  start: option(z.boolean().default(false), {describe: 'Only remember where the log is: you load by other means.', env: false}),
  finish: option(z.enum(['ok', 'error']).optional(), {describe: 'How a load begun with --start ended.', env: false, value: 'ok|error'}),
  parallel: option(z.coerce.number().int().min(1).max(64).default(2), {describe: 'Tables, or parts of large ones, on their way at once.', value: 'N'}),
  verify: option(z.boolean().default(true), {describe: 'Read all back and compare before it goes live.'}),
  ...lossOptions, ...onPage(quarantineOptions),
  dryRun: option(z.boolean().default(false), {describe: 'Print what would be made, and touch nothing.', env: false}),
  report: option(z.string().optional(), {describe: 'Put report.json and report.html there.', value: 'FOLDER'}),
  ...stateOption,
}, {passedOver: fileKeys});
