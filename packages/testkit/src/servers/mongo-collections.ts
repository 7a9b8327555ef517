import {BSON, Int32, type Document} from 'mongodb';

/** A collection that the wire server has, whatever a real one would let nobody put there. */
export interface WireCollection {
  readonly name: string;
  /** Default: `collection`. */
  readonly type?: 'collection' | 'view' | 'timeseries';
  readonly options?: Document;
  /** As their bytes, in the order in which they are given; ids by which reading goes on are int32. */
  readonly documents: readonly Uint8Array[];
}

/** The entry of `listCollections`. */
export const entryOf = ({name, type = 'collection', options = {}}: WireCollection): Document => ({name, type, options, info: {readOnly: type === 'view'}});

/** What a query finds: all, those of some ids, those behind an int32 or from it on, or none of other types. Null for any other query. */
export function foundIn({documents}: WireCollection, filter: Document): readonly Uint8Array[] | null {
  const keys = Object.keys(filter);
  if (keys.length === 0) return documents;
  const {$gt, $gte, $type, $in} = (filter['_id'] ?? {}) as {readonly $gt?: unknown; readonly $gte?: unknown; readonly $type?: unknown; readonly $in?: readonly unknown[]};
  if (keys.length > 1) return null;
  if ($in) {
    const wanted = new Set($in.map(idText));
    return documents.filter(bytes => wanted.has(idText(BSON.deserialize(bytes, {promoteValues: false})['_id'])));
  }
  if ($gt instanceof Int32) return documents.filter(bytes => Number(BSON.deserialize(bytes)['_id']) > $gt.value);
  if ($gte instanceof Int32) return documents.filter(bytes => Number(BSON.deserialize(bytes)['_id']) >= $gte.value);
  return $type === undefined ? null : [];
}

const idText = (id: unknown): string => BSON.EJSON.stringify(id, {relaxed: false});

/** The bytes of an answer whose batch holds documents as bytes, which the driver's serializer would take for binary data. */
export function answerBytes(answer: Document): Uint8Array {
  const {cursor, ...rest} = answer;
  const name = cursor && ['firstBatch', 'nextBatch'].find(key => (cursor[key] as readonly unknown[] | undefined)?.some(each => each instanceof Uint8Array));
  if (!name) return BSON.serialize(answer);
  const {[name]: batch, ...others} = cursor as Document;
  const items = (batch as readonly (Uint8Array | Document)[]).map((each, i) => element(3, String(i), each instanceof Uint8Array ? each : BSON.serialize(each)));
  return documentOf([element(3, 'cursor', documentOf([elementsOf(others), element(4, name, documentOf(items))])), elementsOf(rest)]);
}

const elementsOf = (document: Document): Uint8Array => BSON.serialize(document).subarray(4, -1);

const element = (type: number, name: string, value: Uint8Array): Uint8Array => Buffer.concat([Buffer.of(type), Buffer.from(`${name}\0`), value]);

function documentOf(elements: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.concat([Buffer.alloc(4), ...elements, Buffer.alloc(1)]);
  bytes.writeInt32LE(bytes.length, 0);
  return bytes;
}
