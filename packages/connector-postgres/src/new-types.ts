import {PipelineError} from '@sluice/core';
import type {NewType} from './known-types.ts';
import type {Session} from './session.ts';

/** Makes the enumerations that a load needs. Resolves with the names of those that it made. */
export async function createTypes(session: Session, types: readonly NewType[], signal: AbortSignal): Promise<string[]> {
  const made: string[] = [];
  try {
    for (const {name, sql} of types) {
      await session.run(sql, signal, `type ${name}`);
      made.push(name);
    }
  } catch (error) {
    if (session.alive) await dropTypes(session, made);
    throw error;
  }
  return made;
}

/** Takes them away again, but for those that somebody uses by now. */
export async function dropTypes(session: Session, names: readonly string[]): Promise<void> {
  const {signal} = new AbortController();
  for (const name of names) {
    await session.run(`DROP TYPE IF EXISTS ${name}`, signal).catch((error: unknown) => {
      if (!(error instanceof PipelineError)) throw error;
    });
  }
}
