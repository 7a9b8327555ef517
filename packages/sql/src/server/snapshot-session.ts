import {ErrorCode, PipelineError} from '@sluice/core';
import type {ServerSession} from './session.ts';

export interface SnapshotSource<Session> {
  /** The system's name for people. */
  readonly system: string;
  /** The URL without user information. */
  readonly label: string;
  connect(signal: AbortSignal): Promise<Session>;
  /** Starts the transaction all reads share. Resolves with the snapshot's name where the server has one. */
  start(session: Session, signal: AbortSignal): Promise<string | null>;
  /** What to do when this session broke; without it: run again. */
  lost?(session: Session): string;
}

/** One session for the life of a source, opened when first needed: a second one would see another moment. One table is read at a time. */
export class SnapshotSession<Session extends ServerSession> implements AsyncDisposable {
  readonly #source: SnapshotSource<Session>;
  #session: Session | null = null;
  #snapshot: string | null = null;
  #reading = false;
  #disposed = false;

  constructor(source: SnapshotSource<Session>) {
    this.#source = source;
  }

  /** Null before the first connection, or when it has no name. */
  get snapshot(): string | null {
    return this.#snapshot;
  }

  /** Throws CONNECT, retryable, when the connection broke: nobody can see what its snapshot saw any more. */
  async open(signal: AbortSignal): Promise<Session> {
    const {system, label, connect, start, lost} = this.#source;
    if (this.#disposed) throw new Error(`the ${system} source is closed`);
    if (this.#session) {
      if (this.#session.alive) return this.#session;
      throw new PipelineError(ErrorCode.CONNECT, `server ${label}: the connection broke, and the snapshot went with it`, {remedy: lost?.(this.#session) ?? 'run again'});
    }
    const session = await connect(signal);
    try {
      this.#snapshot = await start(session, signal);
    } catch (error) {
      session.destroy();
      throw error;
    }
    return this.#session = session;
  }

  /** Goes on with a session whose snapshot was taken already; the one before is let go. */
  async take(session: Session, snapshot: string | null): Promise<void> {
    await this.renew();
    this.#session = session;
    this.#snapshot = snapshot;
  }

  /** Lets the snapshot go: the next `open` takes another one. */
  async renew(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.[Symbol.asyncDispose]();
  }

  /** Reading lasts until what it gives is disposed. Throws a plain Error when another read has not ended. */
  reading(): Disposable {
    if (this.#reading) throw new Error(`a ${this.#source.system} source reads one table at a time`);
    this.#reading = true;
    return {[Symbol.dispose]: () => { this.#reading = false; }};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    const session = this.#session;
    this.#session = null;
    await session?.[Symbol.asyncDispose]();
  }
}
