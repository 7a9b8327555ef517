export {openMasking} from './open-masking.ts';
export type {Masking, MaskingRequest, Purpose} from './open-masking.ts';
export {certificateOptions, maskingOptions} from './options.ts';
export type {CertificateSettings, MaskingSettings} from './options.ts';
