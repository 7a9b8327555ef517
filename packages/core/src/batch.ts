import type {Row} from './value.ts';

/**
 * A place in a table or stream after which reading can go on. Opaque: made and read by one source
 * only; everybody else may store it and compare it for equality. It often *is* a key value, so it
 * is data: never logged, never reported.
 */
export type Position = string & {readonly __position: never};

export type Operation = 'insert' | 'update' | 'delete';

/** Rows that travel together. The receiver owns `rows` and may mutate them. */
export interface Batch {
  readonly rows: Row[];
  /** Resume point *after* the last row; null when the source cannot resume. */
  readonly position: Position | null;
  /** Same length as rows; absent means every row is an insert. */
  readonly ops?: readonly Operation[];
}
