import {ErrorCode, PipelineError} from '@sluice/core';
import type {Vault} from '@sluice/pseudonyms';

/** Stands for a vault that a run would make, where nothing may be made: a plan needs no surrogate. */
export function absentVault(file: string, keyId: string): Vault {
  const refuse = (): never => {
    throw new PipelineError(ErrorCode.CONFIG, `there is no vault ${file} yet`, {remedy: 'it is made by the first run'});
  };
  return {file, keyId, id: '', readOnly: true, domain: refuse, begin: refuse, commit: refuse, rollback: refuse, verify: refuse, [Symbol.dispose]() {}};
}
