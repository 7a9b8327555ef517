import {MemoryDatabase, MemoryDestination, MemorySource} from '@sluice/connector-memory';
import type {WriteMode} from '@sluice/core';
import {crashLaw, expectRows, fixtures, type Faults} from '@sluice/testkit';
import {describe, expect, test} from 'vitest';
import {runCopy} from '../src/index.ts';

const never = new AbortController().signal;
const tables = [fixtures.sequence(95), fixtures.sequence(7, 'short'), fixtures.everyType, fixtures.empty];

describe('fail the n-th call for every n, run again: the tables are equal', () => {
  test.for<WriteMode>(['replace', 'append', 'upsert'])('mode %s', async mode => {
    const from = new MemoryDatabase({tables});
    const old = fixtures.sequence(3);
    let to = new MemoryDatabase();

    const run = async (faults: Faults) => {
      const {cause} = await runCopy({
        tool: {name: 'test', version: '0'}, mode,
        source: faults.source(new MemorySource(from)), destination: faults.destination(new MemoryDestination(to)),
        limits: {maxRows: 10, commitRows: 25},
      }, never);
      if (cause !== undefined) throw cause as Error;
    };
    const {calls, failures} = await crashLaw({
      run,
      reset: async () => {
        to = new MemoryDatabase({tables: mode === 'replace' ? [old] : []});
      },
      equal: async () => {
        for (const {schema, rows} of tables) expectRows(schema, to.tables.get(schema.table)?.rows ?? null, rows);
      },
      // A replaced table is the old one or the new one, whole, whatever happened.
      afterFailure: async call => {
        const rows = to.tables.get('sequence')?.rows;
        if (mode === 'replace') expect([3, 95], call).toContain(rows?.length);
      },
    });
    expect(calls).toContain('writer.commit');
    expect(failures).toBe(calls.length * 4);
  });
});
