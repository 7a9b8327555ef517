import {ErrorCode, PipelineError, type Row, type Schema, type Source, type Value} from '@sluice/core';
import {knownTables} from './known-columns.ts';
import {KnownSubjects, rememberSubjects} from './methods/known-subjects.ts';
import type {Scan} from './methods/prepared.ts';
import {loadEngine} from './methods/redact-engine.ts';
import {subjectOf} from './methods/subject.ts';
import type {MethodTools} from './methods/tools.ts';
import type {DecidedTable} from './table-plan.ts';

/**
 * Lets every column learn what it must know before the run, from the snapshot that the run reads. What was
 * learned is in `tools` afterwards. Throws CONFIG when a column is looked at that the source does not have
 * (another transform makes it), and what reading throws.
 */
export async function prepareTables(tables: readonly DecidedTable[], source: Source, tools: MethodTools, signal: AbortSignal): Promise<void> {
  const changes = tables.flatMap(({decisions}) => decisions.flatMap(({treatment}) => (treatment.kind === 'change' ? [treatment] : [])));
  const scan = scanOf(source);
  for (const {prepare} of changes) await prepare?.run(scan, tools, signal);
  if (changes.some(({usesKnown}) => usesKnown)) await learnSubjects(tables, scan, tools, signal);
}

/** Loads what every table tells of its subjects. */
async function learnSubjects(tables: readonly DecidedTable[], scan: Scan, {learned}: MethodTools, signal: AbortSignal): Promise<void> {
  const known = knownTables(tables);
  const {knownValues} = await loadEngine(learned);
  const subjects = new KnownSubjects(knownValues);
  for (const {schema, subject, columns, documents} of known) {
    const key: Row = new Array<Value>(subject.length).fill(null);
    const inside = key.length + columns.length;
    await scan.rows(schema, [...subject, ...columns.map(({column}) => column), ...documents.map(({column}) => column)], row => {
      for (let i = 0; i < key.length; i++) key[i] = row[i]!;
      const person = subjectOf(key);
      if (person === null) return;
      for (let i = 0; i < columns.length; i++) subjects.add(person, columns[i]!, row[key.length + i]!);
      for (let i = 0; i < documents.length; i++) documents[i]!.find(row[inside + i]!, (what, value) => subjects.add(person, what, value));
    }, signal);
  }
  rememberSubjects(learned, subjects);
}

/** Bounds of a batch while looking: rows, bytes. */
const limits = {maxRows: 2000, maxBytes: 4 << 20};

function scanOf(source: Source): Scan {
  return {
    async rows(table, columns, each, signal) {
      const schema = await described(source, table, columns, signal);
      const at = columns.map(name => schema.columns.findIndex(column => column.name === name));
      const seen: Row = new Array<Value>(columns.length).fill(null);
      for await (const {rows} of source.read({schema, after: null, ...limits}, signal)) {
        signal.throwIfAborted();
        for (const row of rows) {
          for (let i = 0; i < at.length; i++) seen[i] = row[at[i]!]!;
          each(seen);
        }
      }
    },
  };
}

/** The table as the source has it, with these columns and its key, which sources page by. */
async function described(source: Source, {table}: Schema, wanted: readonly string[], signal: AbortSignal): Promise<Schema> {
  const found = (await source.discover(signal, {wants: name => name === table})).tables.find(one => one.table === table);
  const missing = wanted.filter(name => !found?.columns.some(column => column.name === name));
  if (!found || missing.length > 0) {
    const what = found ? `column ${missing[0]!} of table ${table}` : `table ${table}`;
    throw new PipelineError(ErrorCode.CONFIG, `${what} must be looked at before the run, and the source does not have it: another transform makes it`, {
      table, ...(found && {column: missing[0]!}), remedy: 'use a method that needs no look at the whole table, or columns of the source',
    });
  }
  const names = new Set([...wanted, ...found.primaryKey]);
  return {...found, columns: found.columns.filter(({name}) => names.has(name))};
}
