import {expect} from 'vitest';
import type {Source} from '@sluice/core';
import {expectSameRows} from '../compare.ts';
import {bigKey, bytesKey, compositeKey, sequence, textKey} from '../fixtures.ts';
import {discovered, never, read, rowsOf} from '../reading.ts';
import type {SourceSuite} from '../source-contract.ts';
import {rejection, until, within} from '../waiting.ts';

const FORKED = sequence(25, 'forked');
const LONG = sequence(1001, 'thousand');

/** Several readers of one snapshot, and parts of a table for them. */
export function parallelLaws({harness, law}: SourceSuite): void {
  const {forks, noTypes = []} = harness;
  const alone = !forks && 'the source has one reader';

  law('says whether it has more readers, and whether it cuts tables for them', [], async source => {
    expect({fork: source.fork !== undefined, split: source.split !== undefined}).toEqual({fork: forks === true, split: forks === true});
  });

  law('readers side by side see one snapshot, whatever is committed between them', [FORKED, compositeKey], async (source, [fixture, other]) => {
    const found = await discovered(source, 'forked');
    const second = await discovered(source, other!.schema.table);
    await withForks(source, 2, async more => {
      expectSameRows(fixture!.schema, await rowsOf(read(more[0]!, found)), fixture!.rows);
      await harness.insert!(fixture!, [1000, 'late']);
      const [one, two, three] = await Promise.all([source, ...more].map(each => rowsOf(read(each, found))));
      for (const rows of [one!, two!, three!]) expectSameRows(fixture!.schema, rows, fixture!.rows);
      // What one of them has not read yet is of that moment, too.
      expectSameRows(other!.schema, await rowsOf(read(more[1]!, second)), other!.rows);
      expect(more.map(({snapshot}) => snapshot)).toEqual([source.snapshot, source.snapshot]);
    });
    await using later = await harness.connect();
    expectSameRows(fixture!.schema, await rowsOf(read(later, found)), [...fixture!.rows, [1000, 'late']]);
  }, alone || (!harness.insert && 'the harness cannot insert'));

  law('the parts of a table, read side by side, are the whole', [LONG, compositeKey, textKey, bigKey, ...(noTypes.includes('bytes') ? [] : [bytesKey])], async (source, fixtures) => {
    for (const [i, {schema, rows}] of fixtures.entries()) {
      const found = await discovered(source, schema.table);
      const cuts = await source.split!(found, 4, never);
      expect(cuts.length).toBeLessThanOrEqual(3);
      expect(new Set(cuts).size).toBe(cuts.length);
      if (i === 0) expect(cuts.length, 'a table of a thousand rows with a key of numbers is cut').toBeGreaterThan(0);
      const parts = [null, ...cuts].map((after, at) => ({after, until: cuts[at] ?? null}));
      await withForks(source, parts.length - 1, async more => {
        const readers = [source, ...more];
        const each = await Promise.all(parts.map((range, at) => rowsOf(read(readers[at]!, found, {...range, maxRows: 7}))));
        expectSameRows(schema, each.flat(), rows);
        if (i === 0) for (const part of each) expect(part.length, 'rows of a part').toBeGreaterThan(0);
      });
    }
  }, alone);

  law('readers that are disposed leave no connection, and the first one reads on', [FORKED], async (source, [fixture]) => {
    const found = await discovered(source, 'forked');
    const before = await harness.serverConnections!();
    await withForks(source, 3, async more => {
      const reading = read(more[0]!, found, {maxRows: 2})[Symbol.asyncIterator]();
      await reading.next();
      await reading.return?.();
    });
    await until('the connections are gone', async () => await harness.serverConnections!() <= before, 20_000);
    expect((await rowsOf(read(source, found))).length).toBeGreaterThanOrEqual(fixture!.rows.length);
  }, alone || (!harness.serverConnections && 'the harness cannot count connections'));

  law('an abort while readers are opened leaves none', [FORKED], async source => {
    await discovered(source, 'forked');
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    expect(await within(25_000, 'the forks', rejection(source.fork!(2, stop.signal), 'the forks'))).toBe(stop.signal.reason);
  }, alone);
}

async function withForks(source: Source, count: number, run: (forks: readonly Source[]) => Promise<void>): Promise<void> {
  const forks = await source.fork!(count, never);
  try {
    expect(forks.length).toBe(count);
    await run(forks);
  } finally {
    for (const fork of forks) await fork[Symbol.asyncDispose]();
  }
}
