// Pseudonyms that need a key and no vault: without the driver of the vault, which takes its time to load.
export {fpe} from './fpe.ts';
export type {Fpe, FpeOptions} from './fpe.ts';
export {fakeSeed, hmacToken, sivDecrypt, sivEncrypt, subjectOffset} from './keyed.ts';
