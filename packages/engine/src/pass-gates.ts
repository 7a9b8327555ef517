import {ErrorCode, PipelineError, type Gate, type Problem, type Staged} from '@sluice/core';
import type {CopyMode} from './request.ts';

/**
 * Lets every gate examine what is to go live. Throws RELEASE with the problems of all of them when there is one,
 * and what an examination rejects with.
 */
export async function passGates(gates: readonly Gate[], staged: Staged, signal: AbortSignal): Promise<void> {
  const problems: Problem[] = [];
  const refusing: string[] = [];
  for (const gate of gates) {
    signal.throwIfAborted();
    const found = await gate.examine(staged, signal);
    problems.push(...found);
    if (found.length > 0) refusing.push(gate.name);
  }
  signal.throwIfAborted();
  if (problems.length === 0) return;
  throw new PipelineError(ErrorCode.RELEASE, `${refusing.join(' and ')} ${problems.length === 1 ? 'found a problem' : `found ${problems.length} problems`}: ${staged.live ? 'what is live should not be' : 'nothing was published'}`, {
    problems,
    remedy: staged.live ? 'mend the rules, then copy everything anew; until then withdraw what is live' : 'mend the rules or the source, then run again; what was live before is untouched',
  });
}

/** Throws CONFIG where rows are live before anybody could examine them. */
export function refuseLateGates(gates: readonly Gate[], mode: CopyMode): void {
  if (gates.length === 0 || mode === 'replace' || mode === 'mirror') return;
  throw new PipelineError(ErrorCode.CONFIG, `${gates.map(({name}) => name).join(' and ')} cannot keep anything back in mode ${mode}: its rows are live with each commit`, {remedy: 'use mode replace or mirror'});
}
