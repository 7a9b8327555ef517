import type {ConfigFile} from '@sluice/config';
import {ErrorCode, PipelineError} from '@sluice/core';

const KEY = 'logFolder';

/** Where the logs go: `--log-folder`, SLUICE_LOG_FOLDER or `logFolder:` in the configuration file, in this order. Throws CONFIG when it is no text. */
export function findLogFolder({flag, env, file}: {
  readonly flag: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file: ConfigFile | undefined;
}): string | undefined {
  const configured = file === undefined ? undefined : sectionOf(file)?.[KEY];
  if (configured !== undefined && (typeof configured !== 'string' || configured === '')) {
    throw new PipelineError(ErrorCode.CONFIG, `${file!.place([KEY])} must be the name of a folder`);
  }
  if (flag === '') throw new PipelineError(ErrorCode.CONFIG, '--log-folder must be the name of a folder');
  return flag ?? (env['SLUICE_LOG_FOLDER'] || undefined) ?? configured;
}

/** The file as the command knows it: where the logs go is no option of any single command. */
export function withoutLogFolder(file: ConfigFile | undefined): ConfigFile | undefined {
  const section = file && sectionOf(file);
  if (!file || !section || !Object.hasOwn(section, KEY)) return file;
  const {[KEY]: _, ...value} = section;
  return {...file, value};
}

function sectionOf({value}: ConfigFile): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Readonly<Record<string, unknown>> : undefined;
}
