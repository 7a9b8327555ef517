import type {Row} from '@sluice/core';

/** One name of a path: a dot or backslash has a backslash before it, an empty name is `\e`. */
export function pathName(name: string): string {
  return name === '' ? '\\e' : name.replaceAll(/[\\.]/g, '\\$&');
}

export function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** The names of a path that {@link pathName} made. */
export function pathNames(path: string): string[] {
  if (path === '') return [];
  return [...path.matchAll(/(?:^|\.)((?:\\.|[^\\.])*)/g)].map(([, name]) => (name === '\\e' ? '' : name!.replaceAll(/\\(.)/g, '$1')));
}

/** What the rows of one document keep beside their columns. */
export class Overflow {
  readonly #rows = new Map<Row, {readonly column: number; readonly entries: Map<string, string[]>}>();

  /** `value` is JSON already. */
  add(row: Row, column: number, path: string, value: string, reason: string): void {
    let kept = this.#rows.get(row);
    if (!kept) this.#rows.set(row, (kept = {column, entries: new Map()}));
    const entry = `{"value":${value},"reason":${JSON.stringify(reason)}}`;
    const before = kept.entries.get(path);
    if (before) before.push(entry);
    else kept.entries.set(path, [entry]);
  }

  /** Writes the columns, and forgets all. */
  finish(): void {
    if (this.#rows.size === 0) return;
    for (const [row, {column, entries}] of this.#rows) {
      row[column] = `{${[...entries].map(([path, [first, ...more]]) => `${JSON.stringify(path)}:${more.length === 0 ? first : `[${[first, ...more].join(',')}]`}`).join(',')}}`;
    }
    this.#rows.clear();
  }

  clear(): void {
    this.#rows.clear();
  }
}
