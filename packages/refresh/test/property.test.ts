import {readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {deidentify, parsePolicy} from '@sluice/transform-deidentify';
import {folders, Lab} from './lab.ts';
import {memory} from './stores.ts';

const folder = folders();

type Key = 'integer' | 'text' | 'two' | 'two, clustered' | 'none';
type Value = null | number | string | Uint8Array;

interface Edit {
  readonly kind: 'insert' | 'update' | 'delete' | 'delete a range' | 'move' | 'empty' | 'drop' | 'make' | 'add a column' | 'index' | 'edit the file' | 'change the rules';
  readonly table: number;
  readonly at: number;
  readonly length: number;
  readonly value: Value;
}

const KEYS: readonly Key[] = ['integer', 'text', 'two', 'two, clustered', 'none'];
const nameOf = (table: number) => `t ${table}`;
const keyOf = (key: Key, at: number): Value[] => {
  switch (key) {
    case 'integer': return [at];
    case 'text': return [`k${String(at * 7919 % 1000).padStart(3, '0')}`];
    case 'two': return [at % 5, `k${at}`];
    case 'two, clustered': return [`k${at % 3}`, at];
    case 'none': return [at % 4];
  }
};
const definition: Readonly<Record<Key, string>> = {
  integer: '(k INTEGER PRIMARY KEY, x, y)', text: '(k TEXT PRIMARY KEY NOT NULL, x, y)', two: '(k INT NOT NULL, l TEXT NOT NULL, x, y, PRIMARY KEY (k DESC, l))',
  'two, clustered': '(k TEXT NOT NULL, l INT NOT NULL, x, y, PRIMARY KEY (k, l)) WITHOUT ROWID', none: '(k INT, x, y)',
};
const columnsOf = (key: Key) => (key === 'two' || key === 'two, clustered' ? ['k', 'l'] : ['k']);

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(null, '', 'ab', 'a', 'b', 'c', 0, 1, -1, 1.5, '1', '1.0', new Uint8Array(), Uint8Array.from([0, 255])), fc.string({maxLength: 5}), fc.integer(), fc.double({noNaN: true, noDefaultInfinity: true}));
const edit = fc.record<Edit>({
  kind: fc.oneof({weight: 4, arbitrary: fc.constantFrom<Edit['kind']>('insert', 'update', 'delete', 'delete a range', 'move')},
    {weight: 1, arbitrary: fc.constantFrom<Edit['kind']>('empty', 'drop', 'make', 'add a column', 'index', 'edit the file', 'change the rules')}),
  table: fc.nat({max: 3}), at: fc.nat({max: 60}), length: fc.integer({min: 1, max: 20}), value,
});
const rows = fc.array(fc.tuple(fc.nat({max: 60}), value, value), {maxLength: 45});
const table = fc.record({key: fc.constantFrom(...KEYS), rows});

function make(db: Database.Database, number: number, key: Key, content: readonly (readonly [number, Value, Value])[]): void {
  db.exec(`CREATE TABLE "${nameOf(number)}" ${definition[key]}`);
  for (const [at, x, y] of content) put(db, number, key, at, x, y);
}

function put(db: Database.Database, number: number, key: Key, at: number, x: Value, y: Value): void {
  const values = [...keyOf(key, at), x, y];
  db.prepare(`INSERT OR REPLACE INTO "${nameOf(number)}" (${[...columnsOf(key), 'x', 'y'].join(', ')}) VALUES (${values.map(() => '?').join(', ')})`).run(...values);
}

/** Does one edit; those that cannot be done change nothing. */
function apply(lab: Lab, {kind, table: number, at, length, value: x}: Edit, keys: Map<number, Key>, extra: Map<number, number>): void {
  const key = keys.get(number);
  if (kind === 'edit the file') {
    const db = new Database(lab.target);
    try {
      db.pragma('foreign_keys = OFF');
      const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all() as string[];
      const name = names[number % Math.max(1, names.length)];
      if (name === undefined || length % 3 === 0) db.exec('CREATE TABLE IF NOT EXISTS strange (x)');
      else db.prepare(`DELETE FROM "${name}" WHERE rowid = (SELECT min(rowid) FROM "${name}")`.replaceAll('rowid', length % 3 === 1 ? 'k' : 'x')).run();
    } finally {
      db.close();
    }
    return;
  }
  if (kind === 'change the rules') {
    const rule = ['keep', 'blank', 'drop', '{method: constant, value: 5}'][length % 4]!;
    lab.options = {...lab.options, rules: () => [deidentify(parsePolicy(`version: 1\ntables:\n  "*": {columns: {"*": keep, y: ${rule}}}\n`))]};
    return;
  }
  const db = new Database(lab.from);
  try {
    const name = `"${nameOf(number)}"`;
    if (kind === 'make' && key === undefined) {
      const made = KEYS[length % KEYS.length]!;
      keys.set(number, made);
      make(db, number, made, Array.from({length}, (_, i) => [at + i, x, i] as const));
    }
    if (key === undefined) return;
    const [first] = keyOf(key, at);
    switch (kind) {
      case 'insert': for (let i = 0; i < length; i++) put(db, number, key, at + i, x, i); break;
      case 'update': db.prepare(`UPDATE ${name} SET x = ? WHERE k = ?`).run(x, first); break;
      case 'delete': db.prepare(`DELETE FROM ${name} WHERE k = ?`).run(first); break;
      case 'delete a range': db.prepare(`DELETE FROM ${name} WHERE k >= ? AND k <= ?`).run(first, keyOf(key, at + length)[0]); break;
      case 'move': db.prepare(`UPDATE OR IGNORE ${name} SET k = ? WHERE k = ?`).run(keyOf(key, at + length)[0], first); break;
      case 'empty': db.exec(`DELETE FROM ${name}`); break;
      case 'drop': db.exec(`DROP TABLE ${name}`); keys.delete(number); break;
      case 'add a column': {
        const count = (extra.get(number) ?? 0) + 1;
        extra.set(number, count);
        db.exec(`ALTER TABLE ${name} ADD COLUMN z${count}`);
        break;
      }
      case 'index': db.exec(`CREATE INDEX IF NOT EXISTS "by x ${number}" ON ${name} (x)`); break;
      default:
    }
  } finally {
    db.close();
  }
}

test('random tables, random edits of them, of their definitions, of the rules and of the file: an update makes what a fresh copy makes', {timeout: 300_000}, async () => {
  await fc.assert(fc.asyncProperty(fc.array(table, {minLength: 1, maxLength: 3}), fc.array(fc.array(edit, {minLength: 1, maxLength: 4}), {minLength: 1, maxLength: 3}), fc.integer({min: 2, max: 9}), async (tables, rounds, maxRows) => {
    const lab = new Lab(folder(), {maxRows, memory: memory()});
    const keys = new Map(tables.map(({key}, i) => [i, key] as const));
    const extra = new Map<number, number>();
    const db = new Database(lab.from);
    tables.forEach(({key, rows: content}, i) => make(db, i, key, content));
    db.exec('CREATE TABLE stays (k INTEGER PRIMARY KEY, x, y)'); // a database without a table cannot be copied
    db.close();
    await lab.bulk();
    for (const edits of rounds) {
      for (const one of edits) apply(lab, one, keys, extra);
      await lab.update();
      await lab.sameAsFresh({drift: false});
    }
    for (const name of readdirSync(lab.folder)) rmSync(join(lab.folder, name));
  }), {numRuns: 60, seed: 20_261_124});
  expect.hasAssertions();
});
