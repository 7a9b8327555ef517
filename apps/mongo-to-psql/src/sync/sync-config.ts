import {defineConfig, option, z} from '@sluice/config';
import {lossOptions} from '@sluice/job';
import {maskingOptions} from '@sluice/masking/options';
import {fileKeys} from '../config/file-keys.ts';
import {onPage} from '../config/on-page.ts';
import {feedOptions, maskOptions, shapeOptions, sourceOptions, stateOption, targetOptions} from '../config/options.ts';

export const syncConfig = defineConfig('sync', 'Brings the tables in step with what changed since the last run.', {
  ...sourceOptions, ...targetOptions, ...shapeOptions, ...feedOptions, ...maskOptions, ...onPage(maskingOptions),
  follow: option(z.boolean().default(false), {describe: 'Go on for ever, until it is stopped.', env: false}),
  verify: option(z.boolean().default(true), {describe: 'Read touched documents back and compare before going on.'}),
  batch: option(z.coerce.number().int().min(1).max(100_000).default(1000), {describe: 'Most changes that are committed together.', value: 'N', advanced: true}),
  ...lossOptions,
  ...stateOption,
}, {passedOver: fileKeys});
