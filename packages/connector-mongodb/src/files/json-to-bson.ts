import {BsonType} from '@sluice/bson';
import {Decimal128} from 'mongodb';
import {notJson, parseJson, type JsonNode} from './parse-json.ts';

/**
 * The BSON of a document that is written as Extended JSON: canonical or relaxed (version 2), or as the tools of MongoDB wrote it before. Numbers without a
 * type are int32 or int64 where they are whole and fit, else doubles; nothing is rounded but those. Throws VALUE, without what stands there.
 */
export function documentFromJson(text: string): Uint8Array {
  const node = parseJson(text);
  if (node.kind !== 'object') throw notJson('this is no document');
  return documentOf(node.fields);
}

interface Typed {
  readonly type: number;
  readonly bytes: Uint8Array;
}

type Fields = Extract<JsonNode, {kind: 'object'}>['fields'];

const typed = (type: number, bytes: Uint8Array = new Uint8Array()): Typed => ({type, bytes});

function documentOf(fields: Fields): Uint8Array {
  return framed(fields.map(([name, node]) => element(name, valueOf(node))));
}

function framed(elements: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.concat([new Uint8Array(4), ...elements, new Uint8Array(1)]);
  bytes.writeInt32LE(bytes.length, 0);
  return bytes;
}

const element = (name: string, {type, bytes}: Typed): Uint8Array => Buffer.concat([Buffer.of(type), ended(name), bytes]);

function valueOf(node: JsonNode): Typed {
  switch (node.kind) {
    case 'string': return typed(BsonType.STRING, stringBytes(node.text));
    case 'number': return numberOf(node.text);
    case 'true': case 'false': return typed(BsonType.BOOL, Buffer.of(node.kind === 'true' ? 1 : 0));
    case 'null': return typed(BsonType.NULL);
    case 'array': return typed(BsonType.ARRAY, framed(node.items.map((item, i) => element(String(i), valueOf(item)))));
    case 'object': return wrapped(node.fields) ?? typed(BsonType.DOCUMENT, documentOf(node.fields));
  }
}

function numberOf(text: string): Typed {
  if (!/^-?\d+$/.test(text) || text === '-0') return double(Number(text));
  const value = BigInt(text);
  if (BigInt.asIntN(32, value) === value) return typed(BsonType.INT32, int32(Number(value)));
  if (BigInt.asIntN(64, value) === value) return typed(BsonType.INT64, int64(value));
  throw notJson('a whole number is beyond 64 bits: write it as $numberDecimal or $numberDouble');
}

/** What `$` stands for; null when it is a document like any other. */
function wrapped(fields: Fields): Typed | null {
  if (fields[0]?.[0].startsWith('$') !== true) return null;
  const get = (name: string) => fields.find(([each]) => each === name)?.[1];
  const text = (name: string): string => {
    const node = get(name);
    if (node?.kind !== 'string') throw notJson(`${name} is no text`);
    return node.text;
  };
  switch (fields.map(([name]) => name).toSorted().join(' ')) {
    case '$oid': return typed(BsonType.OBJECT_ID, hex(text('$oid'), 12, '$oid'));
    case '$numberInt': return typed(BsonType.INT32, int32(Number(integer(text('$numberInt'), 32))));
    case '$numberLong': return typed(BsonType.INT64, int64(integer(textOrNumber(get('$numberLong')), 64)));
    case '$numberDouble': return double(doubleOf(text('$numberDouble')));
    case '$numberDecimal': return typed(BsonType.DECIMAL128, decimal(text('$numberDecimal')));
    case '$date': return typed(BsonType.DATE, int64(momentOf(get('$date')!)));
    case '$binary': return binaryOf(get('$binary')!);
    case '$binary $type': return binary(text('$binary'), textOrNumber(get('$type')));
    case '$uuid': return typed(BsonType.BINARY, Buffer.concat([int32(16), Buffer.of(4), hex(text('$uuid').replaceAll('-', ''), 16, '$uuid')]));
    case '$timestamp': return typed(BsonType.TIMESTAMP, timestampOf(get('$timestamp')!));
    case '$regularExpression': {
      const inner = fieldsOf(get('$regularExpression')!, ['pattern', 'options']);
      return regex(inner[0]!, inner[1]!);
    }
    case '$options $regex': return get('$regex')?.kind === 'string' && get('$options')?.kind === 'string' ? regex(get('$regex')!, get('$options')!) : null;
    case '$code': return typed(BsonType.CODE, stringBytes(text('$code')));
    case '$code $scope': {
      const scope = get('$scope');
      if (scope?.kind !== 'object') throw notJson('$scope is no document');
      const body = Buffer.concat([stringBytes(text('$code')), documentOf(scope.fields)]);
      return typed(BsonType.CODE_WITH_SCOPE, Buffer.concat([int32(body.length + 4), body]));
    }
    case '$symbol': return typed(BsonType.SYMBOL, stringBytes(text('$symbol')));
    case '$undefined': return typed(BsonType.UNDEFINED);
    case '$minKey': return typed(BsonType.MIN_KEY);
    case '$maxKey': return typed(BsonType.MAX_KEY);
    default: return null;
  }
}

function fieldsOf(node: JsonNode, names: readonly string[]): readonly JsonNode[] {
  if (node.kind !== 'object' || node.fields.length !== names.length) throw notJson(`a value needs ${names.join(' and ')}`);
  return names.map(name => {
    const found = node.fields.find(([each]) => each === name)?.[1];
    if (!found) throw notJson(`a value needs ${names.join(' and ')}`);
    return found;
  });
}

function textOrNumber(node: JsonNode | undefined): string {
  if (node?.kind !== 'string' && node?.kind !== 'number') throw notJson('a value is neither text nor a number');
  return node.text;
}

function integer(text: string, bits: 32 | 64): bigint {
  const value = /^-?\d{1,20}$/.test(text) ? BigInt(text) : null;
  if (value === null || BigInt.asIntN(bits, value) !== value) throw notJson(`a value is no whole number of ${bits} bits`);
  return value;
}

function doubleOf(text: string): number {
  if (!/^(?:NaN|-?Infinity|-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)$/.test(text)) throw notJson('$numberDouble is no number');
  return Number(text);
}

function decimal(text: string): Uint8Array {
  try {
    return Decimal128.fromString(text).bytes;
  } catch {
    throw notJson('$numberDecimal is no decimal of 34 digits');
  }
}

function momentOf(node: JsonNode): bigint {
  if (node.kind === 'number') return integer(node.text, 64);
  if (node.kind === 'object') {
    const [name, inner] = node.fields[0] ?? [];
    if (name !== '$numberLong' || node.fields.length !== 1) throw notJson('$date is neither a moment nor a number of milliseconds');
    return integer(textOrNumber(inner), 64);
  }
  const ms = node.kind === 'string' && /^[+-]?\d{4,6}-\d\d-\d\dT/.test(node.text) ? Date.parse(node.text) : NaN;
  if (Number.isNaN(ms)) throw notJson('$date is neither a moment nor a number of milliseconds');
  return BigInt(ms);
}

function timestampOf(node: JsonNode): Uint8Array {
  const [t, i] = fieldsOf(node, ['t', 'i']).map(part => Number(integer(textOrNumber(part), 64))) as [number, number];
  if (![t, i].every(part => part >= 0 && part <= 0xffff_ffff)) throw notJson('a part of $timestamp is not of 32 bits');
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(i, 0);
  bytes.writeUInt32LE(t, 4);
  return bytes;
}

function binaryOf(node: JsonNode): Typed {
  const [base64, subType] = fieldsOf(node, ['base64', 'subType']);
  return binary(textOrNumber(base64), textOrNumber(subType));
}

function binary(base64: string, subType: string): Typed {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== base64.replace(/=+$/, '')) throw notJson('$binary is no base64');
  const subtype = hex(subType.padStart(2, '0'), 1, 'the type of $binary');
  // The old generic subtype has its length twice.
  const inner = subtype[0] === 2 ? Buffer.concat([int32(bytes.length), bytes]) : bytes;
  return typed(BsonType.BINARY, Buffer.concat([int32(inner.length), subtype, inner]));
}

function regex(pattern: JsonNode, options: JsonNode): Typed {
  if (pattern.kind !== 'string' || options.kind !== 'string') throw notJson('a regular expression is text');
  return typed(BsonType.REGEX, Buffer.concat([ended(pattern.text), ended(options.text)]));
}

function hex(text: string, length: number, name: string): Uint8Array {
  if (text.length !== 2 * length || !/^[0-9a-f]*$/i.test(text)) throw notJson(`${name} is not ${2 * length} hexadecimal digits`);
  return Buffer.from(text, 'hex');
}

const double = (value: number): Typed => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return typed(BsonType.DOUBLE, bytes);
};

function int32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function int64(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
}

function stringBytes(text: string): Uint8Array {
  const bytes = utf8(text);
  return Buffer.concat([int32(bytes.length + 1), bytes, new Uint8Array(1)]);
}

/** Text that ends with a zero byte, which it cannot hold. */
function ended(text: string): Uint8Array {
  if (text.includes('\0')) throw notJson('the name of a field or a regular expression holds NUL, which BSON has no place for');
  return Buffer.concat([utf8(text), new Uint8Array(1)]);
}

function utf8(text: string): Uint8Array {
  if (/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text)) throw notJson('a text holds half a character of UTF-16');
  return Buffer.from(text);
}
