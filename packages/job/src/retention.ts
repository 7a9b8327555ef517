import {lstat, readdir, realpath, unlink} from 'node:fs/promises';
import {basename, dirname, extname, join} from 'node:path';
import {duration, option, z} from '@sluice/config';

/** Options of programs that keep archives. */
export const retentionOptions = {
  keepArchives: option(z.int().min(1).max(1_000_000).optional(), {describe: 'How many former files stay in the archive; default: all.', value: 'N'}),
  archiveMaxAge: option(duration().optional(), {describe: 'How old they get; the newest always stays.', value: 'TIME', example: '90d'}),
};

export interface Retention {
  /** The live file, as it was named. */
  readonly target: string;
  /** Where its former versions lie; default its own folder. */
  readonly archiveFolder?: string | undefined;
  /** How many stay, at least one; all of them when it is not given. */
  readonly keep?: number | undefined;
  /** How old they get, by the time in their names; age does not matter when it is not given. */
  readonly maxAgeMs?: number | undefined;
  readonly now: Date;
  /** The archive that this very run made. It stays, whatever its name says: a clock may have jumped back. */
  readonly made?: string | null;
}

export interface Pruned {
  /** Files that are gone. */
  readonly removed: readonly string[];
  /** What could not be looked at or removed, in sentences. */
  readonly warnings: readonly string[];
}

/**
 * Removes archives of a target that are too many or too old: ordinary files in the archive folder
 * with exactly the names that its archives get, `NAME_2024-05-06_07_08_09.123000.EXT`; nothing else,
 * and never the one that was just made, or else the newest one. It runs when the new file is live already, so that no problem is a failure,
 * and once it is aborted it just stops.
 */
export async function pruneArchives({target, archiveFolder, keep, maxAgeMs, now, made = null}: Retention, signal: AbortSignal): Promise<Pruned> {
  const removed: string[] = [];
  const warnings: string[] = [];
  if (keep === undefined && maxAgeMs === undefined) return {removed, warnings};
  // Archives are named after the file itself, not after a link to it.
  const live = await realpath(target).catch(() => target);
  const folder = archiveFolder ?? dirname(live);
  let archives: readonly Archive[];
  try {
    archives = (await readdir(folder)).flatMap(name => archiveOf(name, basename(live)) ?? []);
  } catch (error) {
    return {removed, warnings: [`old archives stay: ${folder} cannot be read (${codeOf(error)})`]};
  }
  const newest = made === null ? null : basename(made);
  const newestFirst = archives.toSorted((a, b) => (a.name === newest ? -1 : b.name === newest ? 1 : a.name < b.name ? 1 : -1));
  for (const [i, {name, time}] of newestFirst.entries()) {
    if (signal.aborted) break;
    const stays = i === 0 || (i < (keep ?? Infinity) && now.getTime() - time.getTime() <= (maxAgeMs ?? Infinity));
    if (stays) continue;
    const file = join(folder, name);
    try {
      if (file === live || !(await lstat(file)).isFile()) continue;
      await unlink(file);
      removed.push(file);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') warnings.push(`an old archive stays: ${file} cannot be removed (${codeOf(error)})`);
    }
  }
  return {removed, warnings};
}

interface Archive {
  readonly name: string;
  readonly time: Date;
}

/** As `@sluice/connector-sqlite` names them, in local time. All names of one target sort by time. */
function archiveOf(name: string, base: string): Archive | null {
  const end = extname(base);
  const start = `${base.slice(0, base.length - end.length)}_`;
  if (!name.startsWith(start) || !name.endsWith(end)) return null;
  const match = /^(\d{4})-(\d{2})-(\d{2})_(\d{2})_(\d{2})_(\d{2})\.(\d{3})\d{3}$/.exec(name.slice(start.length, name.length - end.length));
  if (!match) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, millisecond = 0] = match.slice(1).map(Number);
  const time = new Date(year, month - 1, day, hour, minute, second, millisecond);
  const isReal = time.getMonth() === month - 1 && time.getDate() === day && hour < 24 && minute < 60 && second < 60;
  return isReal ? {name, time} : null;
}

const codeOf = (error: unknown) => error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
