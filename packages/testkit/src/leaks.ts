import {inspect} from 'node:util';
import {expect} from 'vitest';

/**
 * The places where a thing betrays a secret: its text, its JSON, what `console.log` would print of it,
 * message, stack, cause and remedy included, hidden properties too.
 */
export function findLeaks(thing: unknown, secret: string): readonly string[] {
  const spellings = [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('hex').replace(/..(?=.)/g, '$& '), Buffer.from(secret).toString('base64').replace(/=+$/, '')];
  return [...places(thing)].filter(([, text]) => spellings.some(spelling => text.includes(spelling))).map(([place]) => place);
}

/** Fails when any of the secrets shows anywhere in the thing. */
export function expectNoLeak(thing: unknown, ...secrets: readonly string[]): void {
  for (const secret of secrets) expect(findLeaks(thing, secret), 'places that show the secret').toEqual([]);
}

function* places(thing: unknown): Generator<readonly [string, string]> {
  yield ['inspect', inspect(thing, {depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null})];
  yield ['JSON', json(thing)];
  for (let error = thing, depth = ''; error instanceof Error; error = error.cause, depth += 'cause.') {
    yield [`${depth}message`, error.message];
    yield [`${depth}stack`, error.stack ?? ''];
    yield [`${depth}text`, String(error)];
    yield [`${depth}fields`, json({...error})];
  }
}

function json(thing: unknown): string {
  const seen = new Set<unknown>();
  return JSON.stringify(thing, (_, value: unknown) => {
    if (typeof value === 'bigint') return String(value);
    if (typeof value === 'object' && value !== null) {
      if (seen.has(value)) return '(seen)';
      seen.add(value);
    }
    return value;
  }) ?? '';
}
