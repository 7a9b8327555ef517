import {rowDigester} from '@sluice/checksum';
import {ErrorCode, PipelineError, type Batch, type LiveTables, type ReadLimits, type Row, type Schema, type Source, type StoredObject} from '@sluice/core';
import {reducedSchema} from './make-receipt.ts';
import {fingerprintOf, type Receipt} from './receipt.ts';

/** A table as anybody reads it: described and read by a `Source` of the system that it is in. */
export interface DigestedTable {
  readonly schema: Schema;
  readonly rows: number;
  /** Of all rows, whatever their order. */
  readonly digest: string;
}

const LIMITS: ReadLimits = {maxRows: 10_000, maxBytes: 4 << 20};

/** Reads a whole table once; `onRows` sees every row. Null when there is no such table. Throws as `Source.read` does. */
export async function digestTable(source: Source, table: string, onRows: (schema: Schema, rows: readonly Row[]) => void, signal: AbortSignal): Promise<DigestedTable | null> {
  const schema = await described(source, table, signal);
  if (schema === null) return null;
  const digester = rowDigester(schema.columns, 'any');
  let count = 0;
  for await (const {rows} of source.read({schema, after: null, ...LIMITS}, signal)) {
    digester.update(rows);
    count += rows.length;
    onRows(schema, rows);
  }
  return {schema, rows: count, digest: digester.finish().digest};
}

/** What a receipt of single tables says of how they are defined. */
export const definitionOf = (schema: Schema): StoredObject => ({type: 'table', name: schema.table, table: schema.table, digest: fingerprintOf(reducedSchema(schema))});

/** The tables of such a receipt as they are now. Throws as the source does, SCHEMA for the rows of a table that is not defined as it was. */
export class SourceTables implements LiveTables {
  readonly #source: Source;
  readonly #receipt: Receipt;

  constructor(source: Source, receipt: Receipt) {
    this.#source = source;
    this.#receipt = receipt;
  }

  async objects(signal: AbortSignal): Promise<readonly StoredObject[]> {
    const found: StoredObject[] = [];
    for (const {target} of this.#receipt.tables) {
      const schema = await described(this.#source, target, signal);
      if (schema !== null) found.push(definitionOf(schema));
    }
    return found;
  }

  async *readPlace({table}: Schema, _place: null, limits: ReadLimits, signal: AbortSignal): AsyncGenerator<Batch> {
    yield* this.#source.read({schema: await this.#asItWas(table, signal), after: null, ...limits}, signal);
  }

  async countRows({table}: Schema, signal: AbortSignal): Promise<number> {
    const schema = await this.#asItWas(table, signal);
    const key = schema.columns.filter(({name}) => schema.primaryKey.includes(name));
    let count = 0;
    for await (const {rows} of this.#source.read({schema: {...schema, columns: key.length > 0 ? key : schema.columns}, after: null, ...LIMITS}, signal)) count += rows.length;
    return count;
  }

  digestPlaces(): never {
    throw new Error('a source knows no places');
  }

  fitter(): never {
    throw new Error('a source fits nothing');
  }

  /** The source is whoever's opened it. */
  async [Symbol.asyncDispose](): Promise<void> {}

  async #asItWas(table: string, signal: AbortSignal): Promise<Schema> {
    const schema = await described(this.#source, table, signal);
    const then = this.#receipt.tables.find(({target}) => target === table);
    if (schema === null || then === undefined || fingerprintOf(reducedSchema(schema)) !== then.schemaFingerprint) {
      throw new PipelineError(ErrorCode.SCHEMA, `table ${table} is not defined as it was when the receipt was made`, {table});
    }
    return schema;
  }
}

async function described(source: Source, table: string, signal: AbortSignal): Promise<Schema | null> {
  const {tables} = await source.discover(signal, {wants: name => name === table});
  return tables.find(each => each.table === table) ?? null;
}
