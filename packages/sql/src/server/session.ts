import type {Place} from './meaning.ts';

/** What the mechanisms here need of a connection to a database server. One statement at a time. */
export interface ServerSession extends AsyncDisposable {
  /** False once the connection broke: its transaction is lost, and the server rolls it back. */
  readonly alive: boolean;
  /** Runs a statement whose result does not matter. Throws a classified error. */
  run(sql: string, signal: AbortSignal, where?: Place): Promise<unknown>;
  /** Closes the connection at once. */
  destroy(): void;
}
