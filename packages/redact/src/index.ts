export type {AsyncDetector, Detector} from './detector.ts';
export {knownValues} from './known/known-values.ts';
export type {KnownValue, KnownValues} from './known/known-values.ts';
export {labelOf} from './labels.ts';
export {createAsyncRedactor, createRedactor} from './redactor.ts';
export type {AsyncRedactor, Profile, Redaction, Redactor, RedactorOptions} from './redactor.ts';
