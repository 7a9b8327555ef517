export {openMasking} from './open-masking.ts';
export type {Masking, MaskingRequest, Purpose} from './open-masking.ts';
export {maskingOptions} from './options.ts';
export type {MaskingSettings} from './options.ts';
