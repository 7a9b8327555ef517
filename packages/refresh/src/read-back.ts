import {rowDigester} from '@sluice/checksum';
import {ErrorCode, PipelineError, type Place, type PlacedTables, type ReadLimits, type RefreshLoad, type Schema} from '@sluice/core';
import type {RunLedger, TableState} from '@sluice/engine';
import {placesOf, rowsOf, type Chunk, type TableBase} from './base.ts';
import type {TableWork} from './plan-work.ts';

interface Written {
  readonly load: RefreshLoad;
  readonly works: readonly TableWork[];
  /** Tables that equal what was written become `verified`. */
  readonly made: Map<string, TableBase>;
  readonly states: ReadonlyMap<string, TableState>;
  readonly ledger: RunLedger;
  readonly limits: ReadLimits;
}

/** Reads back what a run wrote, and compares: the rows of every chunk, and how many rows each table holds. Throws VERIFY. */
export async function readBack({load, works, made, states, ledger, limits}: Written, signal: AbortSignal): Promise<void> {
  ledger.verification = 'failed';
  for (const [done, {decision, work}] of works.entries()) {
    const {table: {source: {table}, out}} = decision;
    const state = states.get(table)!;
    let rows = 0;
    await ledger.timed(state, signal, async () => {
      const base = made.get(table)!;
      const {chunks, placed} = base;
      const kept = new Set<Place>(work.how === 'patch' && decision.kind === 'patched' ? placesOf(decision.base!.chunks) : []);
      await checkCount(load, out, rowsOf(chunks), signal);
      await verifyChunks({load, schema: out, chunks: chunks.filter(({place}) => place === null || !kept.has(place)), placed, limits}, signal,
        more => ledger.progress('verify', done, state, rows += more, rowsOf(chunks)));
      state.verified = true;
      made.set(table, {...base, verified: true});
    });
    ledger.watch.lap('verify');
  }
  ledger.verification = 'passed';
}

async function checkCount(load: RefreshLoad, schema: Schema, expected: number, signal: AbortSignal): Promise<void> {
  const rows = await load.countRows(schema, signal);
  if (rows === expected) return;
  throw new PipelineError(ErrorCode.VERIFY, `table ${schema.table} holds ${rows} rows, ${expected} were written`, {
    table: schema.table, remedy: 'nothing was published; run again',
  });
}

interface Stored {
  readonly load: PlacedTables;
  readonly schema: Schema;
  readonly chunks: readonly Chunk[];
  readonly placed: boolean;
  readonly limits: ReadLimits;
}

/** Reads chunks back and compares them with what was written. Throws VERIFY. */
async function verifyChunks({load, schema, chunks, placed, limits}: Stored, signal: AbortSignal, onRows: (rows: number) => void): Promise<void> {
  if (!placed) {
    const digester = rowDigester(schema.columns, 'any');
    for await (const {rows} of load.readPlace(schema, null, limits, signal)) {
      digester.update(rows);
      onRows(rows.length);
    }
    if (digester.finish().digest !== chunks[0]!.digest) throw differs(schema, 'its values differ');
    return;
  }
  const digests = await load.digestPlaces(schema, placesOf(chunks), limits, signal, onRows);
  let next = 0;
  let row = 0;
  for (const {place, rows, digest} of chunks) {
    if (place !== null && digests[next++] !== digest) throw differs(schema, `the first difference is among rows ${row + 1} to ${row + rows} of this run`);
    row += rows;
  }
}

function differs({table}: Schema, how: string): PipelineError {
  return new PipelineError(ErrorCode.VERIFY, `table ${table} was not stored as it was written: ${how}`, {
    table, remedy: 'nothing was published; check the disk and the memory of this machine, then run again',
  });
}
