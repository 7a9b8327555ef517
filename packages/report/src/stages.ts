import type {StageTimings} from '@sluice/core';

/** The stages in the order in which they run, and what each does. */
export const stages: readonly (readonly [Exclude<keyof StageTimings, 'total'>, string])[] = [
  ['plan', 'look at the source, decide about every column'],
  ['read', 'wait for rows from the source'],
  ['transform', 'drop, blank, change and add columns'],
  ['digest', 'compute the digests of what is sent'],
  ['write', 'write rows to the destination'],
  ['finish', 'indexes, keys and views'],
  ['verify', 'read the copy back and compare'],
  ['publish', 'make it durable and live, at once'],
];
