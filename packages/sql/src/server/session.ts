import type {Place} from './meaning.ts';

/** What the mechanisms here need of a connection to a database server. One statement at a time. */
export interface ServerSession extends AsyncDisposable {
  /** False once the connection broke: its transaction is lost, and the server rolls it back. */
  readonly alive: boolean;
  /** Runs a statement whose result does not matter. Throws a classified error. */
  run(sql: string, signal: AbortSignal, where?: Place): Promise<unknown>;
  /** Keeps a statement that cannot fail by itself for the next one to bring along, without a way there and back of its own. Absent: it is run. */
  defer?(sql: string): void;
  /** Closes the connection at once. */
  destroy(): void;
}
