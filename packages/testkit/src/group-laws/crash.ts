import {expect} from 'vitest';
import type {Position, Row} from '@sluice/core';
import {post, posts, postsOf, put, type GroupsBench} from '../groups-bench.ts';
import type {GroupsSuite} from '../groups-contract.ts';
import {never} from '../reading.ts';

/** What happened to a document, in order; no number: it is gone. Each step is committed with its place as the position. */
const STEPS: readonly (readonly [id: string, comments: number | null])[] = [['a', 3], ['b', 1], ['a', 1], ['c', 2], ['b', null], ['a', 2], ['c', 0]];
const WANTED = postsOf(post('a', 2, 'step 5'), post('c', 0, 'step 6'));

/** Kill between any two calls, run again, equal. */
export function crashLaws({harness, law}: GroupsSuite): void {
  law('killed between any two calls and run again, the tables are the same', async bench => {
    let crashes = 0;
    for (let calls = 1; ; calls++) {
      await harness.reset();
      await bench.connect();
      if (await run(bench, calls)) break;
      crashes++;
      await bench.crash();
      await expectWhole(bench);
      expect(await run(bench, Infinity)).toBe(true);
      await expectWanted(bench);
    }
    await expectWanted(bench);
    expect(crashes).toBe(STEPS.length + 2);
  }, undefined, 120_000);
}

async function expectWanted(bench: GroupsBench): Promise<void> {
  for (const [i, {schema}] of posts.entries()) await bench.expectStored(schema, WANTED[i]!);
}

/** Comments belong to documents that are there, all of one step: nobody sees half of a change. */
async function expectWhole(bench: GroupsBench): Promise<void> {
  const [root, child] = posts;
  const documents = new Map((await bench.harness.readBack(root.schema) ?? []).map(([id, title]) => [id, String(title).split(' title')[0]]));
  for (const [id, , body] of await bench.harness.readBack(child.schema) ?? []) expect(String(body).split(' comment')[0]).toBe(documents.get(id!));
}

/** One run, which stops dead after so many calls: nothing is disposed. Resolves with whether it came to its end. */
async function run(bench: GroupsBench, calls: number): Promise<boolean> {
  let left = calls;
  const may = () => left-- > 0;
  if (!may()) return false;
  const store = await bench.open([posts]);
  if (!may()) return false;
  const from = Number(await store.position(never) ?? 0);
  for (const [i, [id, comments]] of STEPS.entries()) {
    if (i < from) continue;
    if (!may()) return false;
    const rows: readonly (readonly Row[])[] = comments === null ? [[], []] : post(id, comments, `step ${i}`);
    await put(store, [[id]], rows, String(i + 1) as Position);
  }
  if (!may()) return false;
  await store[Symbol.asyncDispose]();
  return true;
}
