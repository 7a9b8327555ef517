import type {ReadConcernLike} from 'mongodb';
import type {MongoConnection} from './connection.ts';
import {takeReply} from './reply-documents.ts';

/** Documents that no step-down can take back, where there is more than one server. */
export const reading = ({topology}: MongoConnection): {readonly readConcern?: ReadConcernLike} => (topology === 'standalone' ? {} : {readConcern: {level: 'majority'}});

/** What is used here of a cursor of the driver, opened with `raw: true`. */
export interface RawCursor {
  hasNext(): Promise<boolean>;
  readBufferedDocuments(): readonly unknown[];
  close(): Promise<void>;
}

/** What came in one message of the server each, a few megabytes; the next one is on its way while this one is worked on. */
export async function* groups(cursor: RawCursor, signal: AbortSignal): AsyncGenerator<readonly Uint8Array[]> {
  let more = cursor.hasNext();
  try {
    while (await more) {
      signal.throwIfAborted();
      // With `raw: true` documents are bytes, which the driver's types do not know.
      const group = takeReply(cursor) ?? cursor.readBufferedDocuments() as readonly Uint8Array[];
      more = cursor.hasNext();
      // It is told when it is its turn, if ever.
      more.catch(() => {});
      if (group.length > 0) yield group;
    }
  } finally {
    // Closed while a message is on its way, it would take another connection to say so. A server that is gone has no cursor to let go of.
    await more.catch(() => {});
    await cursor.close().catch(() => {});
  }
}
