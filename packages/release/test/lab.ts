import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {
  projectSchema, type Column, type ColumnEffect, type ReleaseColumn, type ReleasePolicy, type ReleaseTable, type Row, type RunReport, type Schema, type Settled, type Transform, type Value,
} from '@sluice/core';
import {MemoryDatabase, MemoryDestination, MemorySource} from '@sluice/connector-memory';
import {runCopy} from '@sluice/engine';
import {afterAll} from 'vitest';
import {certificateGate, type CertificateGate, type CertificateOptions, type TextScanner} from '../src/index.ts';

export const never: AbortSignal = new AbortController().signal;
export const today = '2026-06-01';

/** Makes folders that are removed after the last test of the file. */
export function folders(): () => string {
  const root = mkdtempSync(join(tmpdir(), 'sluice-release-'));
  afterAll(() => rmSync(root, {recursive: true, force: true}));
  return () => mkdtempSync(join(root, 'folder-'));
}

export const column = (name: string, type: Column['type'] = 'text', nullable = true): Column => ({name, type, nullable});

/** A rule of a test's policy, and what it does to a value; `null` drops the column. */
export interface Rule {
  readonly class?: string;
  readonly kind?: string;
  readonly method: string;
  readonly apply?: ((value: Value, row: number) => Value) | null;
  /** The type that comes out; default the same. */
  readonly type?: Column['type'];
}
export type Rules = Readonly<Record<string, Readonly<Record<string, Rule>>>>;

const effectOf = ({method, apply}: Rule): ReleaseColumn['effect'] => apply === null ? 'dropped' : method === 'blank' ? 'blanked' : apply === undefined ? 'kept' : 'changed';

export const releaseTable = (table: string, rules: Readonly<Record<string, Rule>>, subject: readonly string[] | null = null): ReleaseTable => ({
  table, subject, columns: Object.entries(rules).map(([name, rule]) => ({
    column: name, path: null, class: rule.class ?? null, kind: rule.kind ?? null, method: rule.method, parameters: rule.method, reason: 'decided in a test', decidedBy: 'somebody',
    effect: effectOf(rule), random: false,
  })),
});

export function policyOf(rules: Rules, more: Partial<ReleasePolicy> = {}, subjects: Readonly<Record<string, readonly string[]>> = {}): ReleasePolicy {
  return {
    profile: 'safe-harbor', claim: 'safe-harbor', prevented: [], sha256: 'ab'.repeat(32), version: 1, asOf: today, excluded: [],
    tables: Object.entries(rules).map(([table, own]) => releaseTable(table, own, subjects[table] ?? null)),
    risk: {quasi: null, thresholds: {}, accepted: []}, attestation: {actualKnowledge: 'none', by: 'a privacy officer', on: '2026-05-01'}, reviewBy: '2027-01-01', keyIds: [], ...more,
  };
}

/** Does to tables what the rules say. */
export function masking(rules: Rules): Transform {
  return {
    name: 'masking',
    fingerprint: ({table}) => JSON.stringify(Object.entries(rules[table] ?? {}).map(([name, {method, apply}]) => [name, method, String(apply)])),
    plan(schema) {
      const own = rules[schema.table];
      if (own === undefined) return null;
      const columns = schema.columns.map(one => {
        const rule = own[one.name];
        if (rule === undefined || rule.apply === undefined) return one;
        return rule.apply === null ? null : {name: one.name, type: rule.type ?? one.type, nullable: true};
      });
      const {schema: out} = projectSchema(schema, columns);
      const kept = schema.columns.flatMap(({name}, i) => columns[i] === null ? [] : [{i, apply: own[name]?.apply ?? null}]);
      let at = 0;
      return {
        schema: out,
        effects: schema.columns.flatMap(({name}): ColumnEffect[] => {
          const rule = own[name]!;
          const effect = effectOf(rule);
          return effect === 'kept' ? [] : [{column: name, effect, method: rule.method}];
        }),
        apply: batch => ({...batch, rows: batch.rows.map(row => {
          const number = at++;
          return kept.map(({i, apply}) => apply === null ? row[i]! : apply(row[i]!, number));
        })}),
      };
    },
  };
}

export interface Table {
  readonly schema: Schema;
  readonly rows: readonly Row[];
}

export interface Copied {
  readonly report: RunReport;
  readonly gate: CertificateGate;
  readonly to: MemoryDatabase;
}

/** A scanner that finds these words, and nothing else. */
export const finding = (...words: readonly string[]): TextScanner => ({
  version: 'test 1',
  find: text => words.flatMap(word => [...text.matchAll(new RegExp(word, 'gu'))].map(({index}) => ({start: index, end: index + word.length, class: 'A' as const, kind: null, rule: 'test', score: 1}))),
});

/** Copies tables from memory to memory through the rules and the gate, as a program does: then the gate is told. */
export async function copy(tables: readonly Table[], rules: Rules, folder: string, options: Partial<CertificateOptions> = {}, policy = policyOf(rules)): Promise<Copied> {
  const from = new MemoryDatabase({name: 'from', tables});
  const to = new MemoryDatabase({name: 'to'});
  const gate = certificateGate({
    policy, files: {json: join(folder, 'release.json'), html: join(folder, 'release.html')}, tool: {name: 'test', version: '1.0.0'}, now: () => new Date(`${today}T12:00:00Z`), scanner: finding(), ...options,
  });
  const {report, cause} = await runCopy({tool: {name: 'test', version: '1.0.0'}, source: new MemorySource(from), destination: new MemoryDestination(to), transforms: [masking(rules)], gates: [gate]}, never);
  if (report.error?.code === 'SLUICE_INTERNAL') throw cause as Error;
  await gate.settled(settledOf(report), never);
  return {report, gate, to};
}

export const settledOf = (report: RunReport): Settled => ({report, seal: async () => null});

/** Statuses of the checks by their ids. */
export const statuses = ({certificate}: CertificateGate): Readonly<Record<string, string>> => Object.fromEntries(certificate!.checks.map(({id, status}) => [id, status]));
