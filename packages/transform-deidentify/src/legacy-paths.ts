import {decodeFile, parseConfig, readConfigFile, type ConfigFile} from '@sluice/config';
import {z} from 'zod';

/** Where the superseded exporter kept its files. */
export interface LegacyPaths {
  /** Folder of the live file. */
  readonly databaseFolder: string;
  /** Name of the live file in it. */
  readonly databaseName: string;
  /** Folder for archived files. */
  readonly archiveFolder: string;
  /** The checksum file, relative to the working directory and not to the folder. */
  readonly checksumFile: string;
}

const paths = z.looseObject({
  db_directory: z.string().min(1), db_name: z.string().min(1), archive_dir: z.string().min(1), checksum_name: z.string(),
});

/** Reads a `file_path.json`. Throws CONFIG with every problem at once. */
export async function loadLegacyPaths(path: string, signal?: AbortSignal): Promise<LegacyPaths> {
  return decodePaths(await readConfigFile(path, signal));
}

/** The same for text; `path` is what problems call it. */
export function parseLegacyPaths(text: string, path = 'file_path.json'): LegacyPaths {
  return decodePaths(parseConfig(text, path, 'json'));
}

function decodePaths(file: ConfigFile): LegacyPaths {
  const {db_directory: databaseFolder, db_name: databaseName, archive_dir: archiveFolder, checksum_name: checksum} = decodeFile(file, paths);
  return {databaseFolder, databaseName, archiveFolder, checksumFile: checksum === '' ? 'checksum_table.json' : checksum};
}
