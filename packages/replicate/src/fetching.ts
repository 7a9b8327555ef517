/** Ids whose documents are asked for at once. */
export const IDS_AT_ONCE = 500;
/** The next documents are asked for while these are worked on only where these take less than so many bytes: then both are in memory. */
const BYTES_AHEAD = 16 * 1024 * 1024;

/** The documents of some ids, in groups as they came; those that do not exist are absent. */
export interface FetchedDocuments {
  readonly asked: readonly Uint8Array[];
  readonly groups: readonly (readonly Uint8Array[])[];
}

/**
 * Fetches documents by their ids, a slice of the ids after the other, and the next one while the last is worked on: the servers at both ends are
 * busy at the same time. Bound: two slices. To be read once.
 */
export class Fetching implements AsyncIterable<FetchedDocuments> {
  readonly #slices: readonly (readonly Uint8Array[])[];
  readonly #fetch: (ids: readonly Uint8Array[]) => AsyncIterable<readonly Uint8Array[]>;
  #next = 0;
  #ahead: Promise<FetchedDocuments> | null = null;

  constructor(ids: readonly Uint8Array[], fetch: (ids: readonly Uint8Array[]) => AsyncIterable<readonly Uint8Array[]>) {
    this.#slices = Array.from({length: Math.ceil(ids.length / IDS_AT_ONCE)}, (_, i) => ids.slice(i * IDS_AT_ONCE, (i + 1) * IDS_AT_ONCE));
    this.#fetch = fetch;
  }

  /** Asks for the next documents, unless they are on their way, or there are none. What goes wrong is told to whoever reads. */
  begin(): void {
    const asked = this.#slices[this.#next];
    if (this.#ahead !== null || asked === undefined) return;
    this.#next++;
    this.#ahead = this.#read(asked);
    this.#ahead.catch(() => {});
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FetchedDocuments> {
    for (this.begin(); this.#ahead !== null; this.begin()) {
      const fetched = await this.#ahead;
      this.#ahead = null;
      if (bytesOf(fetched) < BYTES_AHEAD) this.begin();
      yield fetched;
    }
  }

  async #read(asked: readonly Uint8Array[]): Promise<FetchedDocuments> {
    const groups: (readonly Uint8Array[])[] = [];
    for await (const group of this.#fetch(asked)) groups.push(group);
    return {asked, groups};
  }
}

const bytesOf = ({groups}: FetchedDocuments): number => groups.reduce((sum, group) => sum + group.reduce((all, {length}) => all + length, 0), 0);
