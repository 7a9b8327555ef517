/** Throws a plain Error, a programming mistake, unless the condition holds. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}

/** Returns the value, or throws a plain Error when it is null or undefined. */
export function must<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`${what} is missing`);
  return value;
}

/** Proves to the compiler, and at run time, that every case was handled. */
export function unreachable(value: never): never {
  throw new Error(`unreachable case of type ${typeof value}`);
}
