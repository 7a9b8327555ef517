/** `1,234,567`. */
export const count = (n: number): string => String(n).replace(/\B(?=(?:\d{3})+$)/gu, ',');

/** `1 table`, `12 tables`. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** Seconds as a person says them: `0.04 s`, `1.3 s`, `42 s`, `12 min 05 s`, `2 h 07 min`. */
export function duration(seconds: number): string {
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (n: number) => String(n).padStart(2, '0');
  return whole < 3600 ? `${Math.floor(whole / 60)} min ${two(whole % 60)} s` : `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

/** Bytes in decimal units: `512 bytes`, `14.6 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return counted(bytes, 'byte');
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 99.95 ? value.toFixed(1) : String(Math.round(value))} ${units[unit]}`;
}

/** `2026-11-24 15:31:54 UTC` from an ISO instant. */
export const moment = (iso: string): string => iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/u, '$1 $2 UTC');

/** What a system is and where: `sqlite collab.db`. The kind is not said twice where the label is a URL of that kind. */
export const kindOf = ({kind, label}: {readonly kind: string; readonly label: string}): string | null => label.startsWith(`${kind}:`) ? null : kind;
