export {bytesDigester} from './bytes-digest.ts';
export type {BytesDigester} from './bytes-digest.ts';
export {canonicalJson} from './canonical-json.ts';
export {joinDigests, RUN_ROWS, rowDigester, unorderedDigesters} from './digest.ts';
export type {RowDigester} from './digest.ts';
export type {RowOrder, TableDigest} from '@sluice/core';
export {RowEncoder} from './encode.ts';
export type {Sink} from './encode.ts';
