import type {Masking, MaskingRequest} from '@sluice/masking';

/** A policy file with its key and vault; loaded only where there is a policy. Throws CONFIG with every problem of the file. */
export async function masked({policy, ...request}: Omit<MaskingRequest, 'policy'> & {readonly policy: string}, signal: AbortSignal): Promise<Masking> {
  const [{openMasking}, {loadPolicy}] = await Promise.all([import('@sluice/masking'), import('@sluice/transform-deidentify')]);
  return await openMasking({policy: await loadPolicy(policy, signal), ...request}, signal);
}
