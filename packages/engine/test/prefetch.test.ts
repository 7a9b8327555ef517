import {expect, test} from 'vitest';
import {prefetch} from '../src/index.ts';

async function* numbers(state: {produced: number; closed: boolean}, failAt = Infinity) {
  try {
    for (;;) {
      if (state.produced + 1 === failAt) throw new Error('gone');
      yield ++state.produced;
    }
  } finally {
    state.closed = true;
  }
}

test('stays one item ahead and closes its source when the loop is left', async () => {
  const state = {produced: 0, closed: false};
  for await (const n of prefetch(numbers(state))) {
    await new Promise(resolve => setImmediate(resolve));
    expect(state.produced).toBe(n + 1);
    if (n === 5) break;
  }
  expect(state.closed).toBe(true);
});

test('hands on every item before an error, and then the error', async () => {
  const state = {produced: 0, closed: false};
  const seen: number[] = [];
  await expect(async () => {
    for await (const n of prefetch(numbers(state, 4))) seen.push(n);
  }).rejects.toThrow('gone');
  expect(seen).toEqual([1, 2, 3]);
  expect(state.closed).toBe(true);
});

test('an error of the item ahead does not hide the reason for leaving', async () => {
  await expect(async () => {
    for await (const _ of prefetch(numbers({produced: 0, closed: false}, 2))) throw new Error('mine');
  }).rejects.toThrow('mine');
});
