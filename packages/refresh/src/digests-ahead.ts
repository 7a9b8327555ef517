import type {Catalog, DigestRequest, RangeDigest, Schema} from '@sluice/core';
import {rangesOf, type Base, type TableBase} from './base.ts';
import {schemaChanges} from './describe-change.ts';
import {settled} from './fingerprint.ts';
import type {RefreshJob} from './request.ts';

/**
 * What the source is asked while the run is still being planned: the digests of tables that the last run
 * left, in the form in which it read them. Only a guess at what the plan will ask, and only used where
 * the plan asks just that: the answer is the same then, as all comes from one snapshot.
 */
export class DigestsAhead {
  readonly #asked = new Map<string, {readonly at: number; readonly base: TableBase; readonly columns: string}>();
  readonly #digests: Promise<readonly (readonly RangeDigest[])[]>;
  readonly #over = new AbortController();

  /** Asks at once. Null when there is nothing to ask, or the source would have to be read for it. */
  static start({source, only}: RefreshJob, base: Base, {tables}: Catalog, onTable: (table: string) => void, signal: AbortSignal): DigestsAhead | null {
    if (!source.digestRanges) return null;
    const known = tables.flatMap(schema => {
      const table = base.tables.get(schema.table);
      // Of a table that is another one now, what is known may make no sense.
      return table?.keyed && (!only || only.has(schema.table)) && schemaChanges(table.schema, settled(schema)).length === 0 ? [{base: table, schema: readBefore(schema, table)}] : [];
    });
    return known.length === 0 ? null : new DigestsAhead(source.digestRanges.bind(source), known, onTable, signal);
  }

  private constructor(
    digestRanges: NonNullable<RefreshJob['source']['digestRanges']>, known: readonly {readonly base: TableBase; readonly schema: Schema}[], onTable: (table: string) => void, signal: AbortSignal,
  ) {
    for (const [at, {base, schema}] of known.entries()) this.#asked.set(schema.table, {at, base, columns: columnsOf(schema)});
    const requests = known.map(({base, schema}): DigestRequest => ({schema, ranges: rangesOf(base.chunks)}));
    this.#digests = digestRanges(requests, AbortSignal.any([signal, this.#over.signal]), at => onTable(known[at]!.schema.table));
    this.#digests.catch(() => {}); // told where it is awaited
  }

  /** Whether the ranges of a table as it is to be read are among what was asked. */
  has(read: Schema, base: TableBase): boolean {
    const asked = this.#asked.get(read.table);
    return asked !== undefined && asked.base === base && asked.columns === columnsOf(read);
  }

  /** The answers for a table that it `has`. Throws what the source threw. */
  async of({table}: Schema): Promise<readonly RangeDigest[]> {
    return (await this.#digests)[this.#asked.get(table)!.at]!;
  }

  /** Until then the source is busy. Throws what it threw. */
  async answered(): Promise<void> {
    await this.#digests;
  }

  /** Nobody needs the answers any more: the run has failed, and its source with it. Resolves when the source is idle. */
  async abandon(): Promise<void> {
    this.#over.abort();
    await this.#digests.catch(() => {}); // why it failed is told already
  }
}

function readBefore(schema: Schema, {read}: TableBase): Schema {
  const names = new Set(read);
  return {...schema, columns: schema.columns.filter(({name}) => names.has(name))};
}

const columnsOf = ({columns}: Schema): string => JSON.stringify(columns.map(({name}) => name));
