import {createHash} from 'node:crypto';
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Column, Row, Value} from '@sluice/core';
import Database from 'better-sqlite3';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {StudyTable} from '../src/demo/study-columns.ts';
import {writeStudy} from '../src/demo/study-file.ts';
import {generateStudy, studyViews} from '../src/demo/study-generator.ts';
import {plantedIdentifiers} from '../src/demo/study-identifiers.ts';

const DEMO = {families: 2000, seed: 1};
const SMALL = {families: 40, seed: 7};

const digest = (tables: Iterable<StudyTable>): string => {
  const hash = createHash('sha256');
  for (const {schema, rows} of tables) {
    hash.update(JSON.stringify(schema));
    for (const row of rows) hash.update(JSON.stringify(row.map(value => value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value)));
  }
  return hash.digest('hex');
};

const named = (tables: Iterable<StudyTable>, name: string): StudyTable => {
  const found = [...tables].find(each => each.schema.table === name);
  if (!found) throw new Error(`no table ${name}`);
  return found;
};

const columnOf = ({schema, rows}: StudyTable, name: string): Value[] => {
  const position = schema.columns.findIndex(column => column.name === name);
  return [...rows].map(row => row[position]!);
};

describe('the generated study', () => {
  test('is the same, byte for byte, for the same seed, on every machine', () => {
    expect(digest(generateStudy(SMALL))).toBe(digest(generateStudy(SMALL)));
    // Made on Node 20, x64. Another digest means that demos can no longer be compared with each other.
    expect(digest(generateStudy(SMALL))).toBe('f297460acaea406b3d53dc8377ee73fe08e354840f596dcac5a2c0d4e4c57ec9');
  });

  test('is another one for another seed', () => {
    expect(digest(generateStudy({...SMALL, seed: 8}))).not.toBe(digest(generateStudy(SMALL)));
    expect(digest(generateStudy({...SMALL, seed: SMALL.seed + 2 ** 32}))).not.toBe(digest(generateStudy(SMALL)));
  });

  test('gives a table the same rows again, whichever other tables were read', () => {
    const tables = [...generateStudy(SMALL)];
    const last = tables.at(-1)!;
    expect([...last.rows]).toEqual([...last.rows]);
    digest(tables);
    expect([...last.rows]).toEqual([...named(generateStudy(SMALL), last.schema.table).rows]);
  });

  test('begins with the families of a smaller study', () => {
    const larger = [...named(generateStudy({...SMALL, families: 50}), 'gen_family').rows];
    expect(larger.slice(0, 40)).toEqual([...named(generateStudy(SMALL), 'gen_family').rows]);
  });

  test('has about 30 tables and 100,000 to 200,000 rows for 2,000 families', () => {
    const tables = [...generateStudy(DEMO)];
    let total = 0;
    for (const {rows} of tables) for (const _ of rows) total++;
    expect(tables.length).toBeGreaterThanOrEqual(28);
    expect(tables.length).toBeLessThanOrEqual(36);
    expect(new Set(tables.map(({schema}) => schema.table)).size).toBe(tables.length);
    expect([...named(tables, 'gen_twins').rows]).toHaveLength(4000);
    expect(total).toBeGreaterThan(100_000);
    expect(total).toBeLessThan(200_000);
  });

  test('holds only values that their columns allow, in canonical form', () => {
    for (const {schema, rows} of generateStudy(SMALL)) {
      for (const row of rows) {
        expect(row.length, schema.table).toBe(schema.columns.length);
        schema.columns.forEach((column, i) => expect(fits(column, row[i]!), `${schema.table}.${column.name}`).toBe(true));
      }
    }
  });

  test('names only columns that exist in its keys and indexes', () => {
    const tables = [...generateStudy(SMALL)];
    const columns = new Map(tables.map(({schema}) => [schema.table, new Set(schema.columns.map(column => column.name))]));
    for (const {schema} of tables) {
      const used = [...schema.primaryKey, ...(schema.indexes ?? []).flatMap(index => index.parts.map(part => part.column!))];
      for (const name of used) expect(columns.get(schema.table)!.has(name), `${schema.table}.${name}`).toBe(true);
      for (const key of schema.foreignKeys ?? []) for (const name of key.referencedColumns) expect(columns.get(key.table)!.has(name)).toBe(true);
    }
  });

  test('has trackers with families entered twice and families forgotten', () => {
    for (const name of ['data_1_tr', 'data_3_tr', 'data_4_tr', 'data_5_tr', 'data_s_tr']) {
      const seen = columnOf(named(generateStudy(DEMO), name), 'familyid');
      expect(new Set(seen).size, name).toBeLessThan(seen.length);
    }
    const tracked = new Set(columnOf(named(generateStudy(DEMO), 'data_4_tr'), 'familyid'));
    expect(columnOf(named(generateStudy(DEMO), 'data_4_au_t'), 'familyid').some(id => !tracked.has(id))).toBe(true);
  });

  test('has dates in both formats of the study, its missing codes, and mistakes', () => {
    const births = columnOf(named(generateStudy(DEMO), 'gen_twins'), 'dateofbirth');
    const forms = [/^\d{1,2}\/\d{1,2}\/\d{4}$/u, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/u, /^9998$/u, /^9999$/u, /^$/u, /^\d{1,2}\/\d{1,2}\/\d\d$/u];
    for (const form of forms) expect(births.some(each => typeof each === 'string' && form.test(each)), String(form)).toBe(true);
    expect(births).toContain(null);
    expect(births).toContain('0000-00-00 00:00:00');
    expect(columnOf(named(generateStudy(DEMO), 'data_4_tr'), 'packsent').some(each => /\/19[0-3]\d$/u.test(String(each)))).toBe(true);
    expect(columnOf(named(generateStudy(DEMO), 'data_rd_au_t'), 'twin')).toContain(3);
  });

  test('uses only telephone numbers and e-mail domains that belong to nobody', () => {
    for (const {rows} of generateStudy(SMALL)) {
      for (const row of rows) {
        for (const value of row) {
          if (typeof value !== 'string') continue;
          for (const [, line] of value.matchAll(/\d{3}\)?[ -](\d{3}-\d{4})/gu)) expect(line).toMatch(/^555-01\d\d$/u);
          for (const [, domain] of value.matchAll(/@([\w.]+\w)/gu)) expect(domain).toBe('example.org');
        }
      }
    }
  });
});

describe('the planted identifiers', () => {
  test('all stand in the source', () => {
    const everything = [...generateStudy(DEMO)].flatMap(({rows}) => [...rows].map(row => row.filter(value => typeof value === 'string').join('\t'))).join('\n');
    const planted = plantedIdentifiers(DEMO);
    expect(planted.length).toBeGreaterThan(300);
    for (const {text} of planted) expect(everything.includes(text), text).toBe(true);
    expect(new Set(planted.map(each => each.kind))).toEqual(new Set(['name', 'phone', 'e-mail', 'address']));
  });

  test('are in images and free text too, where only a search of every byte finds them', () => {
    const image = columnOf(named(generateStudy(SMALL), 'data_palmprints'), 'image')[0];
    const names = plantedIdentifiers(SMALL).filter(each => each.kind === 'name');
    expect(names.some(({text}) => Buffer.from(image as Uint8Array).includes(text))).toBe(true);
    const comments = columnOf(named(generateStudy(SMALL), 'gen_family'), 'comment').join('\n');
    expect(names.some(({text}) => comments.includes(text))).toBe(true);
  });

  test('are in no name of a table or column, so that finding one means a leak', () => {
    const names = [...generateStudy(SMALL)].flatMap(({schema}) => JSON.stringify(schema)).join('\n').toLowerCase();
    for (const {text} of plantedIdentifiers(DEMO)) expect(names.includes(text.toLowerCase()), text).toBe(false);
  });
});

describe('the file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'study-'));
  const file = join(folder, 'source.db');
  let database: Database.Database;
  beforeAll(() => {
    writeFileSync(file, 'an older file');
    writeStudy(file, SMALL);
    database = new Database(file, {readonly: true});
  });
  afterAll(() => {
    database.close();
    rmSync(folder, {recursive: true});
  });

  test('holds every row as it was generated', () => {
    for (const {schema, rows} of generateStudy(SMALL)) {
      const stored = database.prepare(`SELECT * FROM "${schema.table}" ORDER BY rowid`).raw().all() as Row[];
      const plain = (row: Row) => row.map((value, i) =>
        schema.columns[i]!.type === 'decimal' && value !== null ? Number(value) : value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value);
      expect(stored.map(plain), schema.table).toEqual([...rows].map(plain));
    }
  });

  test('keeps its own rules: foreign keys, checks, integrity', () => {
    expect(database.pragma('foreign_key_check')).toEqual([]);
    expect(database.pragma('integrity_check', {simple: true})).toBe('ok');
    const declared = [...generateStudy(SMALL)].flatMap(({schema}) => (schema.foreignKeys ?? []).map(key => `${schema.table}>${key.table}`));
    const kept = database.prepare("SELECT m.name || '>' || k.\"table\" FROM sqlite_master m, pragma_foreign_key_list(m.name) k WHERE k.seq = 0").pluck().all();
    expect(kept.sort()).toEqual(declared.sort());
    expect(database.prepare("SELECT sql FROM sqlite_master WHERE name = 'gen_twins'").pluck().get()).toContain('CHECK (twin BETWEEN 1 AND 3)');
  });

  test('has the indexes, views and declared types of its description', () => {
    const indexes = database.prepare("SELECT count(*) FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").pluck().get();
    expect(indexes).toBe([...generateStudy(SMALL)].reduce((sum, {schema}) => sum + (schema.indexes?.length ?? 0), 0));
    for (const {name, columns} of studyViews) {
      expect(database.prepare(`SELECT * FROM "${name}"`).columns().map(column => column.name)).toEqual(columns);
    }
    const types = database.prepare("SELECT DISTINCT type FROM pragma_table_info('data_4_tr')").pluck().all();
    expect(types).toEqual(expect.arrayContaining(['INTEGER', 'VARCHAR(20)', 'DATETIME', 'DECIMAL(7,2)', 'TEXT']));
  });

  test('leaves nothing else behind', () => {
    expect(existsSync(`${file}.part`)).toBe(false);
  });
});

function fits({type, nullable, maxLength, precision, scale}: Column, value: Value): boolean {
  if (value === null) return nullable;
  switch (type) {
    case 'int': return Number.isSafeInteger(value);
    case 'float': return typeof value === 'number' && Number.isFinite(value);
    case 'text': return typeof value === 'string' && [...value].length <= (maxLength ?? Infinity) && !/\p{Surrogate}/u.test(value);
    case 'decimal': {
      const match = typeof value === 'string' ? /^-?(\d+)\.(\d+)$/u.exec(value) : null;
      return match !== null && match[2]!.length === scale && match[1]!.length <= precision! - scale!;
    }
    case 'timestamp': return typeof value === 'string' && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/u.test(value);
    case 'date': return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/u.test(value);
    case 'bytes': return value instanceof Uint8Array;
    default: return false;
  }
}
