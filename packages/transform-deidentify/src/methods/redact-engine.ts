const LEARNED = 'redact engine';

type Engine = typeof import('@sluice/redact');

/** Loads what looks for identifiers in texts: only where a policy redacts, since it takes its time. */
export async function loadEngine(learned: Map<string, unknown>): Promise<Engine> {
  const engine = await import('@sluice/redact');
  learned.set(LEARNED, engine);
  return engine;
}

/** What was loaded before the run. Throws a plain Error when nobody called `prepare` of the transform. */
export function learnedEngine(learned: ReadonlyMap<string, unknown>): Engine {
  const engine = learned.get(LEARNED) as Engine | undefined;
  if (engine === undefined) throw new Error('redactText was not prepared before the run: call `prepare` of the transform');
  return engine;
}
