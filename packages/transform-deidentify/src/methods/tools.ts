import {ErrorCode, PipelineError} from '@sluice/core';

/** What a run gives to methods besides the rows: keys, the vault, and what was learned before the run. */
export interface MethodTools {
  readonly key: unknown;
  readonly vault: unknown;
  /** By who learned it: what `prepare` saw. Filled before the first value. */
  readonly learned: Map<string, unknown>;
}

/** Nothing: enough for methods that need nothing. */
export const noTools = (): MethodTools => ({key: null, vault: null, learned: new Map()});

export function missingTool(what: 'key' | 'vault', method: string): PipelineError {
  return new PipelineError(ErrorCode.CONFIG, `${method} needs ${what === 'key' ? 'a master key' : 'a vault'}, and none was given`, {
    remedy: what === 'key' ? 'give the key by a file, the environment or a command' : 'name a vault, a file that stays on the side of the source',
  });
}
