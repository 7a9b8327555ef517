import type {Position} from '@sluice/core';
import type {LoadKind} from './server-load.ts';

/** The same kind of load, which also tells what was changed before it. */
export function telling<Session>(kind: LoadKind<Session>, changes: readonly string[]): LoadKind<Session> {
  if (changes.length === 0) return kind;
  return {...kind, publish: async (positions: ReadonlyMap<string, Position>, signal: AbortSignal) => [...changes, ...await kind.publish(positions, signal)]};
}
