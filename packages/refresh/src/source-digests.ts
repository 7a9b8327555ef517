import {rowDigester} from '@sluice/checksum';
import type {DigestRequest, KeyRange, RangeDigest, ReadLimits, Schema, Source} from '@sluice/core';
import {sha256} from './fingerprint.ts';

/** The one range of a table that is not read in ranges. */
export const everything: KeyRange = {after: null, until: null};

/** Digests of ranges: by the source where it can, otherwise by reading the rows. */
export async function digestRanges(
  source: Source, requests: readonly DigestRequest[], limits: ReadLimits, signal: AbortSignal, onTable?: (request: number) => void,
): Promise<readonly (readonly RangeDigest[])[]> {
  if (requests.length === 0) return [];
  if (source.digestRanges) return await source.digestRanges(requests, signal, onTable);
  const digests: RangeDigest[][] = [];
  for (const [i, {schema, ranges}] of requests.entries()) {
    const ofTable: RangeDigest[] = [];
    for (const range of ranges) ofTable.push(await readDigest(source, schema, range, limits, signal));
    digests.push(ofTable);
    onTable?.(i);
  }
  return digests;
}

/** The digest of one range by reading it. */
export async function readDigest(source: Source, schema: Schema, {after, until}: KeyRange, limits: ReadLimits, signal: AbortSignal): Promise<RangeDigest> {
  const digester = rowDigester(schema.columns, orderOf(schema));
  for await (const {rows} of source.read({schema, after, until, ...limits}, signal)) digester.update(rows);
  const {rows, digest} = digester.finish();
  return {rows, digest};
}

/** Without a promised order the same rows may come in another one. */
export const orderOf = ({order}: Schema) => (order === 'key' ? 'written' : 'any');

/** Many digests as one; null when one of them is. */
export function folded(digests: readonly RangeDigest[]): string | null {
  return digests.some(({digest}) => digest === null) ? null : sha256(JSON.stringify(digests.map(({rows, digest}) => [rows, digest])));
}
