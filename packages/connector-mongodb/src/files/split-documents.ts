import {ErrorCode, PipelineError} from '@sluice/core';
import {documentFromJson} from './json-to-bson.ts';
import {notJson} from './parse-json.ts';

/** A document of MongoDB has 16 MB; as text it is longer. */
const MAX_TEXT = 256 << 20;
const MAX_BSON = (16 << 20) + 16_384;

/** Documents in a stream of text: one behind the other, one a line, or in one array. */
export async function* documentsInText(chunks: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  let rest = '';
  let at = 0;
  let depth = 0;
  let inString = false;
  let inArray = false;
  for await (const chunk of chunks) {
    rest += chunk;
    if (rest.length > MAX_TEXT) throw notJson('a document is longer than any that MongoDB takes');
    let start = 0;
    for (; at < rest.length; at++) {
      const code = rest.charCodeAt(at);
      if (inString) {
        if (code === BACKSLASH) at++;
        else if (code === QUOTE) inString = false;
      } else if (depth > 0) {
        if (code === QUOTE) inString = true;
        else if (code === OPEN) depth++;
        else if (code === CLOSE && --depth === 0) {
          yield documentFromJson(rest.slice(start, at + 1));
          start = at + 1;
        }
      } else if (code === OPEN) {
        depth = 1;
        start = at;
      } else if (code === OPEN_ARRAY && !inArray) {
        inArray = true;
      } else if (!BETWEEN.has(code) && !(code === CLOSE_ARRAY && inArray)) {
        throw notJson();
      }
    }
    // Nothing that was read counts between documents.
    if (depth === 0) start = Math.min(at, rest.length);
    rest = rest.slice(start);
    at -= start;
  }
  if (depth > 0) throw notJson('the last document does not end');
}

const QUOTE = 0x22, BACKSLASH = 0x5c, OPEN = 0x7b, CLOSE = 0x7d, OPEN_ARRAY = 0x5b, CLOSE_ARRAY = 0x5d;
/** White space, commas, and the mark at the beginning of some files. */
const BETWEEN = new Set([0x20, 0x09, 0x0a, 0x0d, 0x2c, 0xfeff]);

/** Documents in a stream of BSON, as mongodump writes it: one behind the other. */
export async function* documentsInBson(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    let at = 0;
    for (;;) {
      const length = rest.length - at >= 4 ? rest.readInt32LE(at) : null;
      if (length !== null && (length < 5 || length > MAX_BSON)) throw damaged();
      if (length === null || rest.length - at < length) break;
      // A copy: whoever keeps a document would keep all of its neighbours.
      yield Uint8Array.prototype.slice.call(rest, at, at + length);
      at += length;
    }
    rest = rest.subarray(at);
  }
  if (rest.length > 0) throw damaged();
}

const damaged = () => new PipelineError(ErrorCode.VALUE, 'this is no BSON, or its end is missing', {remedy: 'write the file again, as mongodump does'});
