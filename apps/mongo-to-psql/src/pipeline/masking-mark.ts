import {ErrorCode, PipelineError, type Destination, type Position} from '@sluice/core';
import {lookAtStatus, openStatus} from '../status/open-status.ts';

/** Under which the destination keeps whether a policy decided about the tables whose place in the log is under `positionKey`. */
const markKey = (positionKey: string) => `${positionKey} masked`;

/** Whether the tables that are there were made with a policy; false where nobody said so. */
export async function isMasked(destination: Destination, positionKey: string, signal: AbortSignal): Promise<boolean> {
  await using status = await lookAtStatus(destination, signal, markKey(positionKey));
  return await status?.store.position(signal) === 'true';
}

/** Says so for the runs that follow. */
export async function markMasked(destination: Destination, positionKey: string, masked: boolean, signal: AbortSignal): Promise<void> {
  await using status = await openStatus(destination, signal, markKey(positionKey));
  await status.store.replace([], String(masked) as Position, signal);
}

/** Throws CONFIG for a run without a policy on tables that were made with one: what the policy keeps back would be written among them. */
export async function refuseUnmasked(destination: Destination, positionKey: string, {masked}: {readonly masked: boolean}, signal: AbortSignal): Promise<void> {
  if (masked || !await isMasked(destination, positionKey, signal)) return;
  throw new PipelineError(ErrorCode.CONFIG, 'the tables were made with a policy: without it, what it keeps back would be written among them', {remedy: 'give the same --policy, or load again without one'});
}
