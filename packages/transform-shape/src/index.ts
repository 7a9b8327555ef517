export type {CastType} from './casts.ts';
export {matchTables} from './match-tables.ts';
export type {TableMatcher, TablePatterns} from './match-tables.ts';
export {shape} from './shape.ts';
export type {ShapeOptions} from './shape.ts';
export {snapshotStamp} from './snapshot-stamp.ts';
export type {SnapshotStamp} from './snapshot-stamp.ts';
export type {TableShape} from './table-shape.ts';
