import type {Batch, Integrity, LiveTables, Place, Schema, StoredObject} from '@sluice/core';
import {fittingOf} from './fitting.ts';
import type {PlacedReader} from './placed-reader.ts';
import type {ReadBackLimits} from './read-back.ts';

/** Reads the live file as a load of the catalog wrote it. Holds no lock between two reads: others may write meanwhile. */
export class SqliteLiveTables implements LiveTables {
  readonly #reader: PlacedReader;

  constructor(reader: PlacedReader) {
    this.#reader = reader;
  }

  fitter(schema: Schema): (batch: Batch) => void {
    const fitting = fittingOf(this.#reader.planOf(schema));
    let rows = 0;
    return batch => {
      fitting.fit(batch, rows);
      rows += batch.rows.length;
    };
  }

  readPlace(schema: Schema, place: Place | null, limits: ReadBackLimits, signal: AbortSignal): AsyncIterable<Batch> {
    return this.#reader.readPlace(schema, place, limits, signal);
  }

  digestPlaces(schema: Schema, places: readonly Place[], limits: ReadBackLimits, signal: AbortSignal, onRows?: (rows: number) => void): Promise<readonly string[]> {
    return this.#reader.digestPlaces(schema, places, limits, null, signal, onRows);
  }

  countRows(schema: Schema, signal: AbortSignal): Promise<number> {
    return this.#reader.countRows(schema, signal);
  }

  objects(signal: AbortSignal): Promise<readonly StoredObject[]> {
    return this.#reader.objects(signal);
  }

  integrity(signal: AbortSignal): Promise<Integrity> {
    return this.#reader.integrity(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#reader.close();
  }
}
