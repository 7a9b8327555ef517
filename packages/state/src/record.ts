import type {RunReport} from '@sluice/core';
import {openProgress, progressPath} from './progress-file.ts';
import {openState} from './open-state.ts';
import type {PendingBase, StoredBase} from './stored-base.ts';

/** What runs of one target leave for each other: the base of the last one, and how far an unfinished one got. */
export interface TargetRecord extends AsyncDisposable {
  readonly store: {
    load(): Promise<StoredBase | null>;
    /** The head of what is pending; null when nothing is. */
    pending(): Promise<string | null>;
    savePending(next: PendingBase): Promise<void>;
    adopt(): Promise<void>;
    dropPending(): Promise<void>;
  };
  readonly progressLog: {
    entries(): Promise<readonly object[]>;
    append(entry: object): Promise<void>;
    remove(): Promise<void>;
  };
  /** The newest run of the target, of any status or of the one asked for. */
  lastRun(status?: RunReport['status']): Promise<RunReport | null>;
  /** Puts a run into the history. */
  recordRun(report: RunReport): Promise<void>;
  /** The progress file, when there is one that cannot be read: it counts as none. */
  readonly damagedProgress: string | null;
}

/** Opens the record of a target in a state file and beside it. Throws as `openState` and `openProgress` do. */
export async function openRecord(stateFile: string, target: string): Promise<TargetRecord> {
  const state = await openState(stateFile);
  try {
    const progress = openProgress(progressPath(stateFile, target));
    return {
      store: {
        load: () => state.loadBase(target),
        pending: () => state.loadPending(target),
        savePending: next => state.savePending(target, next),
        adopt: async () => void await state.adoptPending(target),
        dropPending: () => state.dropPending(target),
      },
      progressLog: {
        entries: async () => progress.entries,
        append: async entry => progress.append(entry),
        remove: async () => progress.remove(),
      },
      lastRun: status => state.lastRun(target, status),
      recordRun: report => state.recordRun(report),
      damagedProgress: progress.damaged ? progress.path : null,
      async [Symbol.asyncDispose]() {
        await progress[Symbol.asyncDispose]();
        await state[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await state[Symbol.asyncDispose]();
    throw error;
  }
}
