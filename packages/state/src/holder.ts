import {readFileSync} from 'node:fs';
import {hostname, userInfo} from 'node:os';
import {isAlive} from '@sluice/atomic-file';

/** Who holds a lock, for those who do not get it. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly user: string;
  /** What runs: user information must be gone from its URLs already. */
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** This process as a holder. */
export function thisProcess(command: string, startedAt: Date): Holder {
  return {pid: process.pid, host: hostname(), user: userName(), command, startedAt: startedAt.toISOString()};
}

/** The holder a file tells of; null when there is none, it is half written, or it died on this machine. */
export function readHolder(file: string): Holder | null {
  let holder: Partial<Holder>;
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null) return null;
    holder = parsed;
  } catch {
    return null;
  }
  const {pid, host, user, command, startedAt} = holder;
  if (typeof pid !== 'number' || ![host, user, command, startedAt].every(text => typeof text === 'string')) return null;
  return host === hostname() && !isAlive(pid) ? null : holder as Holder;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // Containers often run as a number without a name.
    return String(process.getuid?.() ?? 'unknown');
  }
}
