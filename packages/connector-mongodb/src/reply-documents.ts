import {BsonType, Elements, findField} from '@sluice/bson';

/** What is used here of an answer that a cursor of the driver holds: its bytes, and how many documents are left in it. */
interface Reply {
  readonly length: number;
  toBytes(): Uint8Array;
  clear(): void;
}

/**
 * Takes all documents out of the answer that a cursor holds, past the driver's parser, which finds every field of every document, and keeps what
 * it found until the next answer comes: half of what reading costs, and most of its memory. Null, and nothing is taken, where the driver
 * holds its answers in another way than version 7 does: it is not a part of what the driver promises.
 */
export function takeReply(cursor: object): Uint8Array[] | null {
  const reply = 'documents' in cursor ? cursor.documents : null;
  if (!isReply(reply)) return null;
  const documents = documentsOf(reply.toBytes());
  if (documents === null || documents.length !== reply.length) return null;
  reply.clear();
  return documents;
}

function isReply(reply: unknown): reply is Reply {
  return typeof reply === 'object' && reply !== null && 'length' in reply && typeof reply.length === 'number'
    && 'toBytes' in reply && typeof reply.toBytes === 'function' && 'clear' in reply && typeof reply.clear === 'function';
}

/** The documents of the batch in an answer to `find`, `aggregate` or `getMore`, as parts of its bytes; null when there is none. */
function documentsOf(answer: Uint8Array): Uint8Array[] | null {
  const cursor = findField(answer, 'cursor');
  if (cursor?.type !== BsonType.DOCUMENT) return null;
  const body = answer.subarray(cursor.start, cursor.end);
  const batch = findField(body, 'firstBatch') ?? findField(body, 'nextBatch');
  if (batch?.type !== BsonType.ARRAY) return null;
  const documents: Uint8Array[] = [];
  for (const elements = Elements.within(batch, 0); elements.next();) {
    const {type, start, end} = elements;
    if (type !== BsonType.DOCUMENT) return null;
    documents.push(body.subarray(start, end));
  }
  return documents;
}
