import {setImmediate} from 'node:timers/promises';

/** Lets whatever else the process has begun, an answer of a server say, have its turn. */
export async function turnOfOthers(): Promise<void> {
  await setImmediate();
}

/** About a millisecond of planning. */
const ITEMS = 16;

/** Gives others their turn now and then in a long loop that waits for nothing itself: `await turns.next()` in each round. */
export class Turns {
  #items = 0;

  next(): Promise<void> | undefined {
    return ++this.#items % ITEMS === 0 ? turnOfOthers() : undefined;
  }
}
