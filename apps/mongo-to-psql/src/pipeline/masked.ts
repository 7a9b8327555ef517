import type {CommandContext} from '@sluice/cli-kit';
import type {Gate, Transform} from '@sluice/core';
import type {CertificateSettings, MaskingSettings} from '@sluice/masking/options';
import {tool} from '../tool.ts';

/** What changes rows on their way. */
export interface Masked extends AsyncDisposable {
  readonly transforms: readonly Transform[];
  readonly gates: readonly Gate[];
}

/** A policy ready to be applied; without one nothing is changed. Throws CONFIG with every problem of the file. */
export async function openMasked(
  {policy, ...settings}: MaskingSettings & CertificateSettings & {readonly policy?: string | undefined}, purpose: 'run' | 'look' | 'compare', {env, signal}: Pick<CommandContext, 'env' | 'signal'>,
): Promise<Masked> {
  if (policy === undefined) return {transforms: [], gates: [], async [Symbol.asyncDispose]() {}};
  const [{openMasking}, {loadPolicy}] = await Promise.all([import('@sluice/masking'), import('@sluice/transform-deidentify')]);
  const masking = await openMasking({policy: await loadPolicy(policy, signal), settings, tool, env, purpose}, signal);
  return {transforms: [masking.transform], gates: masking.gates, [Symbol.asyncDispose]: () => masking[Symbol.asyncDispose]()};
}
