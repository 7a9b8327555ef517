import type {Socket} from 'node:net';
import type pg from 'pg';

/** The parts of the driver's connection that its types leave out. */
export interface DriverConnection {
  readonly stream: Socket;
  query(text: string): void;
  sendCopyFail(message: string): void;
}

/** The same of its client. */
export type DriverClient = pg.Client & {
  readonly connection: DriverConnection;
  readonly connectionParameters: {options: string | undefined};
  /** For cancelling; null while not logged in. */
  readonly processID: number | null;
  readonly secretKey: number | null;
};

/** Something the driver runs and hands the server's messages to; the names are the driver's. */
export interface Submittable {
  submit(connection: DriverConnection): Error | null;
  handleError(error: unknown): void;
  handleReadyForQuery(): void;
  handleCommandComplete(message: {readonly text: string}): void;
  handleCopyInResponse(connection: DriverConnection): void;
  handleCopyData(): void;
  handleRowDescription(): void;
  handleDataRow(): void;
  handleEmptyQuery(): void;
  handlePortalSuspended(): void;
}
