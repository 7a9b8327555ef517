import {rejection} from '@sluice/testkit';
import {describe, expect, it} from 'vitest';
import {Fetching, IDS_AT_ONCE} from '../src/fetching.ts';

const idsOf = (count: number) => Array.from({length: count}, (_, i) => Uint8Array.of(i >> 8, i));

/** What was asked for, and what has come. */
function world(bytes: number, fails = -1) {
  const told: string[] = [];
  let asked = 0;
  const fetch = async function* (ids: readonly Uint8Array[]) {
    const slice = ++asked;
    told.push(`asked ${slice}: ${ids.length}`);
    if (slice === fails) throw new Error('the server is gone');
    yield [ids[0]!];
    yield [new Uint8Array(bytes)];
    told.push(`came ${slice}`);
  };
  return {told, fetch};
}

/** Until all that can go on without an event of the system has gone on. */
const settled = () => new Promise(resolve => { setImmediate(resolve); });

describe('documents that are fetched by their ids', () => {
  it('come a slice after the other, the next one while the last is worked on', async () => {
    const {told, fetch} = world(10);
    const ids = idsOf(2 * IDS_AT_ONCE + 1);
    for await (const {asked, groups} of new Fetching(ids, fetch)) {
      expect(asked[0]).toEqual(groups[0]![0]);
      await settled();
      told.push(`worked on ${asked.length}`);
    }
    expect(told).toEqual([
      `asked 1: ${IDS_AT_ONCE}`, 'came 1', `asked 2: ${IDS_AT_ONCE}`, 'came 2', `worked on ${IDS_AT_ONCE}`, 'asked 3: 1', 'came 3', `worked on ${IDS_AT_ONCE}`, 'worked on 1',
    ]);
  });

  it('are not asked for ahead of what takes much memory', async () => {
    const {told, fetch} = world(16 << 20);
    for await (const {asked} of new Fetching(idsOf(IDS_AT_ONCE + 1), fetch)) {
      await settled();
      told.push(`worked on ${asked.length}`);
    }
    expect(told).toEqual([`asked 1: ${IDS_AT_ONCE}`, 'came 1', `worked on ${IDS_AT_ONCE}`, 'asked 2: 1', 'came 2', 'worked on 1']);
  });

  it('are on their way from when they are begun, once', async () => {
    const {told, fetch} = world(10);
    const fetching = new Fetching(idsOf(1), fetch);
    fetching.begin();
    fetching.begin();
    await settled();
    expect(told).toEqual(['asked 1: 1', 'came 1']);
    let slices = 0;
    for await (const _ of fetching) slices++;
    expect({slices, told}).toEqual({slices: 1, told: ['asked 1: 1', 'came 1']});
    for await (const _ of new Fetching([], fetch)) slices++;
    expect(slices).toBe(1);
  });

  it('fail where they are read, not where they were begun', async () => {
    const {fetch} = world(10, 2);
    const fetching = new Fetching(idsOf(IDS_AT_ONCE + 1), fetch);
    let slices = 0;
    expect(await rejection((async () => { for await (const _ of fetching) slices++; })())).toMatchObject({message: 'the server is gone'});
    expect(slices).toBe(1);
  });
});
