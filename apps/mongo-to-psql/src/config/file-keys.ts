import {certificateOptions, maskingOptions} from '@sluice/masking/options';
import {feedOptions, maskOptions, shapeOptions, sourceOptions, stateOption, targetOptions} from './options.ts';

/** Keys of the configuration file: one file is given to all commands, and each passes over what only others know. */
export const fileKeys: readonly string[] = [
  ...Object.keys({...sourceOptions, ...targetOptions, ...shapeOptions, ...feedOptions, ...maskOptions, ...maskingOptions, ...certificateOptions, ...stateOption}),
  'parallel', 'verify', 'report', 'quarantine',
];
