import type {SaidTexts} from '@sluice/connector-socrata';
import type {Schema, Source} from '@sluice/core';

/**
 * Which texts columns of a table hold: reads those columns and the key alone, once, until all are found. Nothing is read where nothing is asked:
 * a portal whose order of texts is that of their code units needs no second look.
 */
export async function textsHeld(live: Source, schema: Schema, wanted: readonly SaidTexts[], signal: AbortSignal): Promise<(name: string, text: string) => boolean> {
  const missing = new Map(wanted.flatMap(({name, texts}) => {
    const column = schema.columns.find(each => each.name === name) ?? schema.columns.find(each => each.name.toLowerCase() === name.toLowerCase());
    // PostgreSQL has texts without the one character that it cannot hold.
    return column ? [[name, {column, texts: new Set(texts.flatMap(text => [text, bare(text)]))}] as const] : [];
  }));
  const found = new Set<string>();
  const columns = schema.columns.filter(column => schema.primaryKey.includes(column.name) || [...missing.values()].some(each => each.column === column));
  const places = [...missing].map(([name, {column, texts}]) => ({name, at: columns.indexOf(column), texts}));
  const isAll = () => wanted.every(({name, texts}) => texts.every(text => isFound(name, text)));
  const isFound = (name: string, text: string) => found.has(keyOf(name, text)) || found.has(keyOf(name, bare(text)));
  if (!isAll()) {
    for await (const {rows} of live.read({schema: {...schema, columns}, after: null, maxRows: 10_000, maxBytes: 4 << 20}, signal)) {
      for (const row of rows) {
        for (const {name, at, texts} of places) {
          const value = row[at];
          if (typeof value === 'string' && texts.has(value)) found.add(keyOf(name, value));
        }
      }
      if (isAll()) break;
    }
  }
  return isFound;
}

const bare = (text: string) => text.replaceAll('\0', '');
const keyOf = (name: string, text: string) => JSON.stringify([name, text]);
