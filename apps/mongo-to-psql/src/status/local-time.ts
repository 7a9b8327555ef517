/** A moment in local time, as the status table has it: `YYYY-MM-DD HH:MM:SS.ffffff`. */
export function localTime(moment: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  const date = `${String(moment.getFullYear()).padStart(4, '0')}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return `${date} ${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}.${String(moment.getMilliseconds()).padStart(3, '0')}000`;
}

/** A microsecond later, in the same form. */
export function justAfter(time: string): string {
  const micros = BigInt(Date.parse(`${time.slice(0, 19).replace(' ', 'T')}Z`)) * 1000n + BigInt(time.slice(20).padEnd(6, '0').slice(0, 6)) + 1n;
  const fraction = String(((micros % 1_000_000n) + 1_000_000n) % 1_000_000n).padStart(6, '0');
  return `${new Date(Number((micros - BigInt(fraction)) / 1000n)).toISOString().slice(0, 19).replace('T', ' ')}.${fraction}`;
}
