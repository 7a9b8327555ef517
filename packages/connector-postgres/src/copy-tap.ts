import type {Socket} from 'node:net';

const HEADER = 5;
const DATA = 0x64;
/** After these the statement is over or about to be: CopyDone, ErrorResponse, CommandComplete, ReadyForQuery. */
const LAST: ReadonlySet<number> = new Set([0x63, 0x45, 0x43, 0x5a]);
/** Besides, what may come before and between the rows: CopyOutResponse, NoticeResponse, ParameterStatus, NotificationResponse. */
const BETWEEN: ReadonlySet<number> = new Set([0x48, 0x4e, 0x53, 0x41]);

type Listener = (bytes: Buffer) => void;

/**
 * Takes the rows of a COPY out of the server's messages (PostgreSQL 18 manual, 53.7) before the driver makes an object of each, and
 * hands them on a socket's chunk at a time; all other messages go to the driver, and from the first that ends the rows on everything.
 * Start it when the driver waits for no message but the answer to the COPY. `broken` hears of bytes that are no such message.
 */
export function tapCopy(stream: Socket, rows: (bytes: Buffer, rows: number) => void, broken: () => void): void {
  // The driver's own: its parser.
  const driver = stream.listeners('data') as Listener[];
  const header = Buffer.alloc(HEADER);
  let held = 0;
  /** Bytes that the message under way still has, and whether they are the driver's. */
  let left = 0;
  let theirs = false;
  /** Rows that began, and of which no byte was handed on. */
  let messages = 0;

  const give = (bytes: Buffer) => {
    for (const listener of driver) listener.call(stream, bytes);
  };
  const hand = (bytes: Buffer) => {
    if (bytes.length === 0) return;
    rows(bytes, messages);
    messages = 0;
  };
  const release = () => {
    stream.off('data', take);
    for (const listener of driver) stream.on('data', listener);
  };
  const take = (chunk: Buffer) => {
    // The rows are moved together inside of the chunk, which is ours alone: never onto bytes that were handed on. Copying them out took ten times as long.
    let begin = 0;
    let end = 0;
    let at = 0;
    while (at < chunk.length) {
      if (left > 0) {
        const until = Math.min(at + left, chunk.length);
        left -= until - at;
        if (theirs) {
          give(chunk.subarray(at, until));
          begin = end = until;
        } else {
          if (end < at) chunk.copyWithin(end, at, until);
          end += until - at;
        }
        at = until;
        continue;
      }
      // Nearly every message is a row whose header is in one piece.
      if (held === 0 && chunk[at] === DATA && at + HEADER <= chunk.length) {
        left = chunk.readUInt32BE(at + 1) - 4;
        theirs = false;
        messages++;
        at += HEADER;
        continue;
      }
      const more = chunk.copy(header, held, at, at + HEADER - held);
      held += more;
      at += more;
      if (held < HEADER) break;
      held = 0;
      const type = header[0]!;
      left = header.readUInt32BE(1) - 4;
      theirs = type !== DATA;
      if (!theirs) {
        messages++;
        continue;
      }
      hand(chunk.subarray(begin, end));
      begin = end = at;
      if (LAST.has(type)) {
        release();
        return give(Buffer.concat([header, chunk.subarray(at)]));
      }
      if (!BETWEEN.has(type)) {
        release();
        return broken();
      }
      give(Buffer.from(header));
    }
    hand(chunk.subarray(begin, end));
  };
  for (const listener of driver) stream.off('data', listener);
  stream.on('data', take);
}
