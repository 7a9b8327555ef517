import type {Query} from 'mysql2';

/** A message of the server that holds a row, or ends them; the driver uses the object, and its buffer, again. */
interface Packet {
  readonly buffer: Buffer;
  /** Where the message's content begins and ends. */
  readonly offset: number;
  readonly end: number;
  isEOF(): boolean;
}

/** What the driver's statement does with a message; it gives who takes the next one (mysql2 3, `lib/commands/query.js`). */
type Take = (this: Query, packet: Packet, connection: unknown) => unknown;

/**
 * Rows of a statement as they come over the wire, instead of as values: the bytes are the driver's, and only there during the call. Whatever
 * else the server sends (errors, the end, more results) is the driver's business as ever (docs/decisions/0009).
 */
export function takeRowPackets(query: Query, row: (bytes: Buffer, from: number, to: number) => void): void {
  // The driver's types know nothing of the steps its statements consist of.
  const steps = query as Query & {row: Take};
  const own = steps.row;
  const take: Take = function (packet, connection) {
    if (packet.isEOF()) return own.call(this, packet, connection);
    row(packet.buffer, packet.offset, packet.end);
    return take;
  };
  steps.row = take;
}
