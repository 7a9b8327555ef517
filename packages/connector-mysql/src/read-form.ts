import {unpackRow} from '@sluice/checksum';
import type {Batch, Column, PackedBatch, PackedRows, ReadRequest, Row} from '@sluice/core';
import type {MalformedText} from './malformed-text.ts';
import type {Way} from './packed/packed-plan.ts';
import {PackedGatherer} from './packed/packed-rows.ts';
import type {ReadPlan} from './read-plan.ts';
import {gatherRows, type Gatherer} from './stream-batches.ts';

/** In which form a table is read, and what becomes of what was gathered. */
export interface ReadForm<T, B> {
  readonly gatherer: Gatherer<T>;
  /** `keyed`: the batch has a position, where the table has a key. */
  batch(gathered: T, text: MalformedText, keyed: boolean): B;
}

type Limits = Pick<ReadRequest, 'maxRows' | 'maxBytes'>;

export function asValues(plan: ReadPlan, {maxRows, maxBytes}: Limits): ReadForm<Row[], Batch> {
  return {
    gatherer: gatherRows({maxRows, maxBytes, measure: plan.measure}),
    batch(rows, text, keyed) {
      plan.convert(rows);
      text.look(rows);
      const position = plan.keyset && keyed ? plan.keyset.position(rows.at(-1)!, plan.keyAt) : null;
      plan.trim(rows);
      return {rows, position};
    },
  };
}

/** Only where the key is among the columns. */
export function asPacked(columns: readonly Column[], plan: ReadPlan, ways: readonly Way[], limits: Limits): ReadForm<PackedRows, PackedBatch> {
  return {
    gatherer: new PackedGatherer(ways, limits),
    batch(packed, text, keyed) {
      text.lookPacked();
      // The last row may hold text that is none: `MalformedText` says so at the end, with its place.
      return {packed, position: plan.keyset && keyed ? plan.keyset.position(unpackRow(columns, packed, packed.rows - 1), plan.keyAt) : null};
    },
  };
}
