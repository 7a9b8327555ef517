import type {Transform} from '@sluice/core';
import type {Masking, MaskingRequest, TableMaskingRequest} from '@sluice/masking';
import {namedPolicies, type SaidPolicy} from './table-policies.ts';

/** A policy file with its key and vault; loaded only where there is a policy. Throws CONFIG with every problem of the file. */
export async function masked({policy, ...request}: Omit<MaskingRequest, 'policy'> & {readonly policy: string}, signal: AbortSignal): Promise<Masking> {
  const [{openMasking}, {loadPolicy}] = await Promise.all([import('@sluice/masking'), import('@sluice/transform-deidentify')]);
  return await openMasking({policy: await loadPolicy(policy, signal), ...request}, signal);
}

/** The same for policies of single tables. `copies`: whether a table or view is copied. Throws CONFIG with every problem of each file. */
export async function maskedByTable(
  {policies, copies, ...request}: Omit<TableMaskingRequest, 'policies' | 'byTable'> & {readonly policies: readonly SaidPolicy[]; copies(name: string): boolean}, signal: AbortSignal,
): Promise<{readonly transform: Transform} & AsyncDisposable> {
  const [{openTableMasking}, {loadPolicy}] = await Promise.all([import('@sluice/masking'), import('@sluice/transform-deidentify')]);
  const named = await namedPolicies(policies, file => loadPolicy(file, signal));
  return await openTableMasking({policies: named.all, byTable: {policyOf: named.of, copies}, ...request}, signal);
}
