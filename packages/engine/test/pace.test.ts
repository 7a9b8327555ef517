import {MemoryDatabase, MemorySource} from '@sluice/connector-memory';
import {fixtures} from '@sluice/testkit';
import {expect, test} from 'vitest';
import {pacedSource} from '../src/index.ts';

const {signal} = new AbortController();

/** Time that passes only while somebody waits. */
function time() {
  const it = {now: 0, monotonic: () => it.now, wait: async (ms: number) => { it.now += ms; }};
  return it;
}

test('rows come no faster than the pace, over all tables, in batches of a second at most', async () => {
  const clock = time();
  const {schema, rows} = fixtures.sequence(1001);
  const source = pacedSource(new MemorySource(new MemoryDatabase({tables: [{schema, rows}]})), 100, clock);
  for (const round of [1, 2]) {
    let seen = 0;
    for await (const batch of source.read({schema, after: null, maxRows: 2000, maxBytes: 1e6}, signal)) {
      expect(batch.rows.length).toBeLessThanOrEqual(100);
      // What is here was due by now.
      expect(clock.now).toBeGreaterThanOrEqual(((round - 1) * 1001 + seen) * 10 - 1e-6);
      seen += batch.rows.length;
    }
    expect(seen).toBe(1001);
    expect(clock.now).toBeCloseTo(round * 10_010, 3);
  }
});

test('a consumer that is slower than the pace waits for nothing, and saves nothing up', async () => {
  const clock = time();
  const {schema, rows} = fixtures.sequence(30);
  const source = pacedSource(new MemorySource(new MemoryDatabase({tables: [{schema, rows}]})), 10, clock);
  let batches = 0;
  for await (const _ of source.read({schema, after: null, maxRows: 10, maxBytes: 1e6}, signal)) {
    const before = clock.now;
    if (++batches === 1) clock.now += 5000;
    else expect(before).toBe(batches === 2 ? 5000 : 6000);
  }
  expect(batches).toBe(3);
});

test('an abort ends the wait', async () => {
  const aborter = new AbortController();
  const {schema, rows} = fixtures.sequence(2);
  const source = pacedSource(new MemorySource(new MemoryDatabase({tables: [{schema, rows}]})), 0.001);
  const reading = (async () => {
    for await (const _ of source.read({schema, after: null, maxRows: 1, maxBytes: 1e6}, aborter.signal)) aborter.abort(new Error('enough'));
  })();
  await expect(reading).rejects.toThrow();
});
