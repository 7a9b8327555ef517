import {readFileSync} from 'node:fs';
import {decodeOldConfig} from './old-config.ts';
import {parseIni} from './parse-ini.ts';

/** `logs-dir` of an INI file is `--log-folder`, unless that or SLUICE_LOG_FOLDER is given. A file that cannot be read is left to the command, which says why. */
export function oldLogFolder(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const file = argv.flatMap((word, i) => (word === '--config-file' ? argv[i + 1] ?? [] : /^--config-file=(.*)$/s.exec(word)?.[1] ?? []))[0];
  if (file === undefined || env['SLUICE_LOG_FOLDER'] !== undefined || argv.some(word => /^--log-folder(=|$)/.test(word))) return argv;
  const folder = logsOf(file);
  return folder === undefined ? argv : [...argv, '--log-folder', folder];
}

function logsOf(file: string): string | undefined {
  try {
    return decodeOldConfig(parseIni(readFileSync(file, 'utf8'), file), file).logs;
  } catch {
    return undefined;
  }
}
