import type {ServerSession} from './session.ts';

/** Sessions of one load: opened when none is free, and used again. Bound: as many as are taken at the same time. */
export class SessionPool<Session extends ServerSession> implements AsyncDisposable {
  readonly #connect: (signal: AbortSignal) => Promise<Session>;
  readonly #lent: Session | null;
  readonly #free: Session[];
  #taken = 0;

  /** `lent` is the first to be taken, and belongs to somebody else, who closes it. */
  constructor(connect: (signal: AbortSignal) => Promise<Session>, lent: Session | null = null) {
    this.#connect = connect;
    this.#lent = lent;
    this.#free = lent ? [lent] : [];
  }

  /** How many are in use, or being opened to be. */
  get taken(): number {
    return this.#taken;
  }

  /** For the taker alone until it is given back. Without the lent session, which holds the locks, nothing can go on: once it broke, so does whatever is tried. Throws CONNECT. */
  async take(signal: AbortSignal): Promise<Session> {
    this.#taken++;
    if (this.#lent && !this.#lent.alive) return this.#lent;
    for (let free = this.#free.pop(); free; free = this.#free.pop()) if (free.alive) return free;
    try {
      return await this.#connect(signal);
    } catch (error) {
      this.#taken--;
      throw error;
    }
  }

  give(session: Session): void {
    this.#taken--;
    if (session.alive) this.#free.push(session);
  }

  /** Closes those that were given back, but for the lent one. Others can be taken afterwards, and be closed again. */
  async [Symbol.asyncDispose](): Promise<void> {
    const free = this.#free.splice(0);
    for (const session of free) {
      if (session === this.#lent) this.#free.push(session);
      else await session[Symbol.asyncDispose]();
    }
  }
}
