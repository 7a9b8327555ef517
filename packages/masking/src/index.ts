export {openMasking, openTableMasking} from './open-masking.ts';
export type {Masking, MaskingRequest, Purpose, TableMaskingRequest} from './open-masking.ts';
export {certificateOptions, maskingOptions} from './options.ts';
export type {CertificateSettings, MaskingSettings} from './options.ts';
