import {ErrorCode, PipelineError} from '@sluice/core';
import type {MasterKey, Vault} from '@sluice/pseudonyms';

/** What a run gives to methods besides the rows: keys, the vault, and what was learned before the run. */
export interface MethodTools {
  readonly key: MasterKey | null;
  readonly vault: Vault | null;
  /**
   * Nothing is written, values are only computed to be compared: what the vault does not know becomes a value that no pseudonym
   * is equal to, instead of an error.
   */
  readonly comparing: boolean;
  /** By who learned it: what `prepare` saw. Filled before the first value. */
  readonly learned: Map<string, unknown>;
}

/** Tools of one run. */
export function methodTools({key = null, vault = null, comparing = false}: Partial<Omit<MethodTools, 'learned'>> = {}): MethodTools {
  return {key, vault, comparing, learned: new Map()};
}

/** Nothing: enough for methods that need nothing. */
export const noTools = (): MethodTools => methodTools();

/** The master key. Throws CONFIG when there is none. */
export function keyOf({key}: MethodTools, method: string): MasterKey {
  if (key === null) throw missing(method, 'a master key', 'give the key by a file, the environment or a command');
  return key;
}

/** The vault. Throws CONFIG when there is none. */
export function vaultOf({vault}: MethodTools, method: string): Vault {
  if (vault === null) throw missing(method, 'a vault', 'name a vault, a file that stays on the side of the source');
  return vault;
}

function missing(method: string, what: string, remedy: string): PipelineError {
  return new PipelineError(ErrorCode.CONFIG, `${method} needs ${what}, and none was given`, {remedy});
}
