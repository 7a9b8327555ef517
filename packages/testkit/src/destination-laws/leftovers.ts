import {expect} from 'vitest';
import {must, type Schema} from '@sluice/core';
import type {DestinationSuite} from '../destination-contract.ts';
import {sequence} from '../fixtures.ts';
import {never} from '../reading.ts';

/** What loads that came to no end have left, and are to be gone on with. */
export function leftoverLaws({harness, law, without}: DestinationSuite): void {
  const {schema} = sequence(0);

  law('what an unfinished load of other tables has left stays where a load says so, and goes otherwise', async ({destination}) => {
    const beginRefresh = must(destination.beginRefresh, 'a destination that goes on with loads').bind(destination);
    const catalogOf = (table: string) => ({tables: [{...schema, table} satisfies Schema], views: [], others: []});
    const [large, small] = [catalogOf('large'), catalogOf('little')];
    let token: string;
    {
      await using unfinished = await beginRefresh({catalog: large, from: 'nothing', keep: new Set()}, never);
      token = unfinished!.token;
      unfinished!.keep!();
    }
    const resumed = async (): Promise<boolean> => {
      await using load = await beginRefresh({catalog: large, from: {resume: token}, keep: new Set()}, never);
      load?.keep!();
      return load !== null;
    };
    for (const leaves of [true, undefined] as const) {
      for (const mode of ['append', 'mirror'] as const) {
        for (const isPublished of [true, false]) {
          await using load = await destination.begin({catalog: small, mode, ...(mode === 'append' && {beside: true}), ...(leaves && {leaves})}, never);
          await load.finish(never);
          if (isPublished) await load.publish(never);
        }
      }
      expect(await resumed()).toBe(leaves === true);
    }
  }, without('append', 'mirror') || (!harness.leaves && 'no load lets unfinished ones stay'));
}
