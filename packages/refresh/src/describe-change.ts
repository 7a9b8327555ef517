import type {Column, Schema} from '@sluice/core';

/** What is different about a table's definition, in sentences; empty when nothing is. */
export function schemaChanges(before: Schema, now: Schema): string[] {
  if (same(before, now)) return []; // nearly always, and the parts below take five times as long
  const changes: string[] = [];
  const old = new Map(before.columns.map(column => [column.name, column]));
  const names = new Set(now.columns.map(({name}) => name));
  const gone = before.columns.filter(({name}) => !names.has(name));
  const added = now.columns.filter(({name}) => !old.has(name));
  const renamed = new Map<Column, Column>();
  for (const column of gone) {
    const twin = added.find(other => at(now, other.name) === at(before, column.name) && same({...other, name: ''}, {...column, name: ''}));
    if (!twin) continue;
    renamed.set(column, twin);
    changes.push(`column ${column.name} is called ${twin.name} now`);
  }
  const twins = new Set(renamed.values());
  changes.push(...gone.filter(column => !renamed.has(column)).map(({name}) => `column ${name} is gone`), ...added.filter(column => !twins.has(column)).map(({name}) => `column ${name} is new`));
  for (const column of now.columns) {
    const was = old.get(column.name);
    if (!was || same(was, column)) continue;
    const types = [was, column].map(spelled);
    changes.push(types[0] === types[1] ? `column ${column.name} has another definition` : `column ${column.name} was ${types[0]} and is ${types[1]}`);
  }
  if (changes.length === 0 && before.columns.some(({name}, i) => now.columns[i]?.name !== name)) changes.push('its columns are in another order');
  if (!same(before.primaryKey, now.primaryKey)) changes.push('it has another primary key');
  const parts = (['indexes', 'foreignKeys', 'checks'] as const).filter(part => !same(before[part] ?? [], now[part] ?? []));
  changes.push(...parts.map(part => ({indexes: 'its indexes changed', foreignKeys: 'its foreign keys changed', checks: 'its checks changed'})[part]));
  if (before.comment !== now.comment) changes.push('its comment changed');
  if (changes.length === 0) changes.push('its definition changed');
  return changes;
}

const at = ({columns}: Schema, name: string) => columns.findIndex(column => column.name === name);
const spelled = ({native, type}: Column) => native?.sql ?? type;

/** Whether they are the same as JSON, without writing it: what is undefined is not there. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]));
  const mine = a as Readonly<Record<string, unknown>>;
  const theirs = b as Readonly<Record<string, unknown>>;
  return Object.keys(mine).every(key => same(mine[key], theirs[key])) && Object.keys(theirs).every(key => theirs[key] === undefined || mine[key] !== undefined);
}
