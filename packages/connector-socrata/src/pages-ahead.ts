/** A page that was asked for and is not read yet. */
interface Asked<T> {
  readonly pages: AsyncGenerator<T>;
  readonly first: Promise<IteratorResult<T>>;
  readonly unwanted: AbortController;
}

/**
 * Asks for a page before it is wanted: the portal looks for its rows while those of the page before are worked on. One page at most, of
 * which a socket holds what came; nothing of it is decoded beyond the first piece.
 */
export class PagesAhead<T> implements AsyncDisposable {
  readonly #ask: (signal: AbortSignal) => AsyncGenerator<T>;
  readonly #signal: AbortSignal;
  #asked: Asked<T> | null = null;

  /** `ask`: the page behind everything that came, whenever it is called. */
  constructor(ask: (signal: AbortSignal) => AsyncGenerator<T>, signal: AbortSignal) {
    this.#ask = ask;
    this.#signal = signal;
  }

  /** Asks for the next page now. What fails is thrown to who reads it. */
  begin(): void {
    const unwanted = new AbortController();
    const pages = this.#ask(AbortSignal.any([this.#signal, unwanted.signal]));
    const first = pages.next();
    first.catch(() => {
      // Seen by `read`, or by nobody where the page is not wanted any more.
    });
    this.#asked = {pages, first, unwanted};
  }

  /** The next page, which was begun or is asked for now. Throws as `ask` does. */
  async *read(): AsyncGenerator<T> {
    if (this.#asked === null) this.begin();
    const {pages, first} = this.#asked!;
    this.#asked = null;
    try {
      for (let piece = await first; !piece.done; piece = await pages.next()) yield piece.value;
    } finally {
      await pages.return(undefined);
    }
  }

  /** Gives up a page that was begun and is not read. Resolves when its request is closed. */
  async drop(): Promise<void> {
    const asked = this.#asked;
    this.#asked = null;
    if (asked === null) return;
    asked.unwanted.abort();
    await asked.first.catch(() => {});
    await asked.pages.return(undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drop();
  }
}
