export {RUN_ROWS, rowDigester} from './digest.ts';
export type {RowDigester, RowOrder, TableDigest} from './digest.ts';
export {RowEncoder} from './encode.ts';
export type {Sink} from './encode.ts';
