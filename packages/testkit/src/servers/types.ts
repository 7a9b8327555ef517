/** The servers that tests run on. */
export const serverKinds = ['mariadb', 'mysql', 'postgres', 'mongodb'] as const;
export type ServerKind = (typeof serverKinds)[number];

/** A running server that a test may use but not stop: others use it too. All names and passwords are safe to print: it is thrown away. */
export interface TestServer {
  readonly kind: ServerKind;
  /** As `select version()` says it; of what stands in for MongoDB its name, as in `mongo-java-server`. */
  readonly version: string;
  /** `mysql://user:password@host:port/` and `mongodb://host:port/` without a database, or `postgresql://user:password@host:port/postgres`; may create and drop databases and users. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Its Unix socket, the folder of it for PostgreSQL; null where the server was given by URL, and for MongoDB. */
  readonly socket: string | null;
}

/** A server of one test alone, which may kill it and start it again. Disposing stops it and removes its data. */
export interface PrivateServer extends TestServer, AsyncDisposable {
  /** Process id of the server; changes with `start`. */
  readonly pid: number;
  /** Ends the server at once, as `kill -9`; resolves when the process is gone. The data stay, except those of what stands in for MongoDB. Does nothing when it does not run. */
  kill(): Promise<void>;
  /** Starts it again on the same data, port and socket; resolves when it answers. Fails when it still runs. */
  start(): Promise<void>;
  /** Stops the server and removes its data; may be called twice. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** More options for the server program, for instance `['--max-allowed-packet=1M', '--wait-timeout=2']`; they win over the usual ones. */
  readonly options?: readonly string[];
  /** PostgreSQL only: starts as a hot standby that follows this server, with its data and its passwords. */
  readonly standbyOf?: TestServer;
}
