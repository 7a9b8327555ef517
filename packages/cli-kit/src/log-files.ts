import {accessSync, constants, mkdirSync} from 'node:fs';
import {ErrorCode, PipelineError} from '@sluice/core';
import {dailyFile, type DailyFile} from './daily-file.ts';

/** Severities, the worst first. `breakdown`: a run did not do what it was started for, and somebody has to act. */
export const levels = {breakdown: 0, error: 1, warn: 2, info: 3, debug: 4} as const;
export type Level = keyof typeof levels;

/** The files of a log folder and the least severe events they take. Standard error is the fifth log. */
export const logFiles: readonly {readonly name: string; readonly level: Level}[] = [
  {name: 'debug', level: 'debug'},
  {name: 'daily', level: 'info'},
  {name: 'error', level: 'warn'},
  {name: 'breakdown', level: 'breakdown'},
];

/** A year and a day. */
export const KEPT_FILES = 366;

/** Makes the folder when it is missing. Throws WRITE when nothing can be written there. */
export function prepareLogFolder(folder: string): void {
  try {
    mkdirSync(folder, {recursive: true, mode: 0o750});
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new PipelineError(ErrorCode.WRITE, `the log folder ${folder} cannot be used (${codeOf(error)})`, {remedy: 'name a folder that can be made and written'});
  }
}

export interface LogFile {
  readonly level: Level;
  append(text: string, time: Date): void;
  close(): void;
}

/**
 * The four files of a folder; each is made with its first event. A log that cannot be written any
 * more (a full disk) is no reason to stop a run: `onProblem` hears of the first such failure.
 */
export function openLogFiles(folder: string, onProblem: (message: string) => void): readonly LogFile[] {
  let told = false;
  const attempt = (act: () => void) => {
    try {
      act();
    } catch (error) {
      if (!told) onProblem(`the logs in ${folder} are incomplete: they cannot be written (${codeOf(error)})`);
      told = true;
    }
  };
  return logFiles.map(({name, level}) => {
    const file: DailyFile = dailyFile(folder, name, KEPT_FILES);
    return {
      level,
      append: (text, time) => attempt(() => file.append(text, time)),
      close: () => attempt(() => file.close()),
    };
  });
}

const codeOf = (error: unknown) => error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
