import {existsSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {option, z} from '@sluice/config';
import {ErrorCode, PipelineError} from '@sluice/core';
import {openState, type State} from '@sluice/state';
import {loadLegacyPaths} from '@sluice/transform-deidentify';

const file = z.string().min(1).optional();

/** Options of commands that look at what earlier runs left. */
export const rememberedOptions = {
  target: option(file, {describe: 'The collaboration file; default: the only one of which runs are remembered.', value: 'FILE', example: 'collab.db'}),
  filePath: option(file, {describe: 'The old file_path.json, instead of --target.', env: false, value: 'FILE'}),
  state: option(z.string().default('.sluice/state.db'), {describe: 'Where runs are remembered.', value: 'FILE'}),
};

/** A file whose runs are asked for, and what remembers them. */
export interface Remembered extends AsyncDisposable {
  /** Absolute path of the file; null when none is named and no runs are remembered. */
  readonly file: string | null;
  /** What runs are remembered under. */
  readonly label: string;
  /** Null when there is no state file, for looking makes none, and when it cannot be read. */
  readonly state: State | null;
  /** Why what is remembered cannot be read; null when it can, or there is nothing. */
  readonly damage: PipelineError | null;
}

/**
 * Finds which file is meant. Throws CONFIG when both or neither option names one and the state knows
 * several; what is wrong with the state itself is `damage`.
 */
export async function findRemembered(
  {target, filePath, state: stateFile}: {readonly target: string | undefined; readonly filePath: string | undefined; readonly state: string},
  signal: AbortSignal,
): Promise<Remembered> {
  if (target !== undefined && filePath !== undefined) {
    throw new PipelineError(ErrorCode.CONFIG, '--target and --file-path say the same thing twice; give one of them');
  }
  const named = target ?? (filePath === undefined ? undefined : await legacyFile(filePath, signal));
  let state: State | null = null;
  let damage: PipelineError | null = null;
  try {
    if (existsSync(stateFile)) state = await openForReading(stateFile);
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    damage = error;
  }
  try {
    const path = named === undefined ? await onlyFile(state, stateFile) : resolve(named);
    return {
      file: path, label: `${SCHEME}${path ?? ''}`, state, damage,
      async [Symbol.asyncDispose]() {
        await state?.[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await state?.[Symbol.asyncDispose]();
    throw error;
  }
}

/** A watchdog may be somebody who may not write it. Who may, brings an older file up to date. */
async function openForReading(stateFile: string): Promise<State> {
  try {
    return await openState(stateFile);
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== ErrorCode.WRITE) throw error;
    return await openState(stateFile, {access: 'read'});
  }
}

const SCHEME = 'sqlite:';

async function legacyFile(filePath: string, signal: AbortSignal): Promise<string> {
  const {databaseFolder, databaseName} = await loadLegacyPaths(filePath, signal);
  return join(databaseFolder, databaseName);
}

async function onlyFile(state: State | null, stateFile: string): Promise<string | null> {
  const files = (await state?.targets() ?? []).filter(label => label.startsWith(SCHEME)).map(label => label.slice(SCHEME.length));
  if (files.length > 1) {
    throw new PipelineError(ErrorCode.CONFIG, `--target is required: ${stateFile} remembers runs of ${files.length} files`, {
      problems: files.map(path => ({path, message: 'has runs'})), remedy: `give one of them, e.g. --target ${files[0]!}`,
    });
  }
  return files[0] ?? null;
}
