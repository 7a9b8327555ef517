import type {Socket} from 'node:net';
import {answerBytes} from './mongo-collections.ts';
import {BSON, type Document} from 'mongodb';

/** One command as it came. */
export interface WireRequest {
  readonly id: number;
  readonly command: Document;
  /** It came as OP_QUERY, with which drivers say hello before they know the server. */
  readonly legacy: boolean;
  /** The client does not wait for an answer. */
  readonly silent: boolean;
}

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER_BYTES = 16;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;

/** Takes the messages of a client apart as they come. Throws on what a driver of today does not send. */
export function onRequests(socket: Socket, take: (request: WireRequest) => void): void {
  let pending = Buffer.alloc(0);
  socket.on('data', chunk => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= HEADER_BYTES && pending.length >= pending.readInt32LE(0)) {
      const message = pending.subarray(0, pending.readInt32LE(0));
      pending = pending.subarray(message.length);
      take(requestOf(message));
    }
  });
}

function requestOf(message: Buffer): WireRequest {
  const id = message.readInt32LE(4);
  const operation = message.readInt32LE(12);
  if (operation === OP_QUERY) {
    const start = message.indexOf(0, HEADER_BYTES + 4) + 1 + 8;
    return {id, command: decode(message.subarray(start, start + message.readInt32LE(start))), legacy: true, silent: false};
  }
  if (operation !== OP_MSG) throw new Error(`operation ${operation} of the wire protocol is not known here`);
  const flags = message.readUInt32LE(HEADER_BYTES);
  const end = message.length - (flags & CHECKSUM_PRESENT ? 4 : 0);
  let at = HEADER_BYTES + 4;
  let command: Document = {};
  const sequences: Document = {};
  while (at < end) {
    const kind = message[at++];
    const size = message.readInt32LE(at);
    const section = message.subarray(at, at + size);
    if (kind === 0) command = decode(section);
    else {
      const nameEnd = section.indexOf(0, 4);
      sequences[section.toString('utf8', 4, nameEnd)] = documentsOf(section.subarray(nameEnd + 1));
    }
    at += size;
  }
  return {id, command: {...command, ...sequences}, legacy: false, silent: (flags & MORE_TO_COME) !== 0};
}

function documentsOf(bytes: Buffer): readonly Document[] {
  const documents: Document[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readInt32LE(at)) documents.push(decode(bytes.subarray(at, at + bytes.readInt32LE(at))));
  return documents;
}

// Types stay what they were sent as: an id of a document is compared with its type.
const decode = (bytes: Buffer): Document => BSON.deserialize(bytes, {promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true});

/** The answer to a request, as bytes. */
export function replyTo({id, legacy}: WireRequest, answer: Document): Buffer {
  const body = Buffer.from(answerBytes(answer));
  const between = Buffer.alloc(legacy ? 20 : 5);
  if (legacy) between.writeInt32LE(1, 16);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32LE(HEADER_BYTES + between.length + body.length, 0);
  header.writeInt32LE(id, 4);
  header.writeInt32LE(id, 8);
  header.writeInt32LE(legacy ? OP_REPLY : OP_MSG, 12);
  return Buffer.concat([header, between, body]);
}
