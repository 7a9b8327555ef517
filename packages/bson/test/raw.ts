/** A document of these pieces: its length before them, a zero byte behind. */
export function raw(...pieces: readonly Uint8Array[]): Uint8Array {
  const length = Buffer.alloc(4);
  const body = Buffer.concat(pieces);
  length.writeInt32LE(body.length + 5);
  return Buffer.concat([length, body, Buffer.of(0)]);
}

/** An element: its type, its name, the bytes of its value. */
export function element(type: number, name: string | Uint8Array, value: Uint8Array = Buffer.of()): Uint8Array {
  return Buffer.concat([Buffer.of(type), Buffer.from(name as string), Buffer.of(0), value]);
}

/** The value of a string of these bytes. */
export function string(bytes: string | Uint8Array): Uint8Array {
  const content = Buffer.from(bytes as string);
  return Buffer.concat([int32(content.length + 1), content, Buffer.of(0)]);
}

export function int32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
