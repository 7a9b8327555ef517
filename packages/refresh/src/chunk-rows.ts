import type {ReadLimits, Schema} from '@sluice/core';

/** What is compared and moved of a large table may be as small as this part of a batch. */
const SMALLEST = 1 / 4;
/** A table that is but a few batches is read in whole ones: more pieces of it would cost more to compare than they save. */
const FEW_BATCHES = 10;
/** Batches of a huge table may be so much larger; their bytes are bounded all the same. */
const LARGEST = 5;
/** About 200 bytes each in the record of a run, 100 in its receipt. */
const MOST_CHUNKS = 2500;

/**
 * Limits for reading a table whose batches become the pieces that a later run compares and moves: the
 * smaller they are, the less moves with a changed row; the more there are, the more has to be remembered.
 * Halves of the given rows, so that another estimate of the table's size rarely cuts it otherwise.
 */
export function chunkLimits({maxRows, maxBytes}: ReadLimits, {approximateRows, primaryKey}: Schema): ReadLimits {
  if (primaryKey.length === 0 || approximateRows === undefined || approximateRows <= FEW_BATCHES * maxRows) return {maxRows, maxBytes};
  let rows = maxRows;
  while (rows / 2 >= maxRows * SMALLEST && approximateRows / (rows / 2) <= MOST_CHUNKS) rows /= 2;
  return {maxRows: Math.ceil(rows), maxBytes};
}

/**
 * Limits for a run that no later one builds on: batches as they are given, and larger ones in a huge table, so
 * that what is remembered of it stays small.
 */
export function batchLimits({maxRows, maxBytes}: ReadLimits, {approximateRows = 0}: Schema): ReadLimits {
  return {maxRows: Math.min(maxRows * LARGEST, Math.max(maxRows, Math.ceil(approximateRows / MOST_CHUNKS))), maxBytes};
}
