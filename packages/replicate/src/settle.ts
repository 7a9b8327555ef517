import {setTimeout as after} from 'node:timers/promises';
import type {CollectionStore, DifferingDocument} from './collection-store.ts';
import type {DocumentReader} from './ports.ts';
import {idText} from './touched.ts';

/** When a difference counts: documents and rows may change while they are compared. */
export interface Recheck {
  /** How often a document that differs is looked at again; 5 by default. */
  readonly times: number;
  /** Waits between two looks; by default a little longer each time, from a twentieth of a second on. */
  pause(look: number, signal: AbortSignal): Promise<void>;
}

export const patient: Recheck = {
  times: 5,
  async pause(look, signal) {
    await after(50 * 2 ** look, undefined, {signal});
  },
};

export interface Settled {
  /** Documents that differ, and did so in the same way at the last two looks. */
  readonly differing: readonly DifferingDocument[];
  /** How many still changed when they were looked at for the last time. */
  readonly unsettled: number;
}

/** Of more documents than this a look costs more than the time between two: they get the same time, and two looks in it. */
const FEW = 1000;

/**
 * Tells documents that differ from those that are changing: each is looked at again until it is equal, `times` times at most, and all wait
 * together. `before` does what can be done about the differences, before each look.
 */
export async function settle(
  store: CollectionStore, reader: DocumentReader, suspects: readonly DifferingDocument[], {times, pause}: Recheck, before: (suspects: readonly DifferingDocument[]) => Promise<void>, signal: AbortSignal,
): Promise<Settled> {
  let left = suspects;
  let states: ReadonlyMap<string, string> = new Map();
  for (let look = 0; left.length > 0 && look < times; look++) {
    await before(left);
    await pause(look, signal);
    while (left.length > FEW && look < times - 2) await pause(++look, signal);
    states = new Map(left.map(({id, state}) => [idText(id), state]));
    left = await store.compare(store.fetching(reader, left.map(({id}) => id), signal), signal);
  }
  const differing = left.filter(({id, state}) => states.get(idText(id)) === state);
  return {differing, unsettled: left.length - differing.length};
}
