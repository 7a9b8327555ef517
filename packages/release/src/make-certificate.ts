import type {FileSeal, ReleasePolicy, RunReport, SourceIdentity} from '@sluice/core';
import type {DisclosureRisk} from '@sluice/disclosure-risk';
import {classTitles, identifierClasses, isSafeHarborClass} from '@sluice/identifiers';
import type {Certificate} from './certificate.ts';
import type {ChangedValues} from './changed-values.ts';
import {driftSince} from './drift.ts';
import {originName} from './examine-source.ts';
import type {Examination} from './examine.ts';
import {sha256} from './seal.ts';
import {isOfStaff, type TableRoles} from './roles.ts';

/** What nobody but the caller knows. */
export interface CertificateContext {
  readonly id: string;
  readonly tool: {readonly name: string; readonly version: string; readonly code: string | null};
  readonly operator: string | null;
  readonly identity: SourceIdentity | null;
  readonly previous: {readonly certificate: Certificate; readonly text: string} | null;
  readonly scores: Certificate['freeText']['scores'];
  readonly notChecked: readonly string[];
}

export interface RunEnd {
  readonly report: RunReport;
  readonly seal: FileSeal | null;
}

/** Puts a certificate together; sealing and signing come after. */
export function makeCertificate(policy: ReleasePolicy, examination: Examination, context: CertificateContext, {report, seal}: RunEnd): Omit<Certificate, 'seal' | 'signature'> {
  const {tables, before, after, known, origins, changes, verdicts, scanner} = examination;
  const {previous} = context;
  const failed = verdicts.checks.some(({status}) => status === 'failed');
  const targets = new Map(report.tables.map(({name, target}) => [name, target]));
  const targetOf = ({staged}: TableRoles) => targets.get(staged.source.table) ?? staged.out.table;
  const labels: Record<string, number> = {};
  let documents = 0;
  for (const {scans} of after.tables) {
    for (const {as, scanned, labels: own} of scans) {
      if (as === 'text') documents += scanned;
      for (const [label, count] of Object.entries(own)) labels[label] = (labels[label] ?? 0) + count;
    }
  }
  const sample = Math.min(documents, REVIEWED);
  return {
    format: 'sluice.certificate/1', status: failed ? 'failed' : 'passed',
    identity: {
      id: context.id, startedAt: report.startedAt, finishedAt: report.finishedAt, tool: context.tool, operator: context.operator,
      source: {kind: report.source.kind, label: report.source.label, id: context.identity === null ? null : sha256(context.identity.id), snapshot: report.source.snapshot},
      target: {kind: report.destination.kind, label: report.destination.label, file: seal === null ? null : {sha256: seal.sha256, bytes: seal.bytes}},
      published: report.published || examination.live, receipt: report.refresh?.receipt ?? null,
      policy: {sha256: policy.sha256, version: policy.version, asOf: policy.asOf}, keyIds: [...policy.keyIds],
    },
    method: {claimed: policy.profile, computed: policy.claim, prevented: policy.prevented.map(({claim, path, reason}) => ({claim, path: path ?? null, reason}))},
    categories: categoriesOf(tables, examination, changes),
    columns: tables.map(roles => ({table: roles.staged.source.table, target: targetOf(roles), subject: roles.policy.subject === null ? null : [...roles.policy.subject], columns: columnsOf(roles)})),
    excluded: policy.excluded.map(({table, reason}) => ({table, reason})),
    drift: previous === null ? null : {since: previous.certificate.identity.finishedAt, changes: driftSince(previous.certificate, policy)},
    counts: {
      tables: tables.map((roles, i) => ({
        table: roles.staged.source.table, target: targetOf(roles), rowsIn: before[i]!.rows, rowsOut: after.tables[i]!.rows, rowsExpected: roles.staged.rows,
        columns: roles.written.map(({name, column}, at) => {
          const nullsIn = before[i]!.nulls.get(name) ?? null;
          const nullsOut = after.tables[i]!.nulls[at]!;
          return {
            column: name, type: column.type, nullsIn, nullsOut, suppressed: nullsIn === null ? null : Math.max(0, nullsOut - nullsIn),
            ninetyOrOlder: after.tables[i]!.ninetyOrOlder[at]!, zip000: after.tables[i]!.zip000[at]!,
          };
        }),
      })),
      unique: after.uniques.map(({table, columns, duplicates}) => ({table, columns: [...columns], duplicates})),
      references: after.references.map(({table, columns, references, referencedColumns, orphans}) => ({table, columns: [...columns], references, referencedColumns: [...referencedColumns], orphans})),
    },
    scans: {
      detector: scanner.version,
      residual: after.tables.flatMap(({table, scans}) => scans.filter(({scanned}) => scanned > 0).map(({column, as, scanned, found, hints}) => ({table, column, as, scanned, found: {...found}, hints: {...hints}}))),
      leak: {
        values: known.size, overflowed: known.overflowed, leftOut: known.leftOut, columns: origins.map(originName), cells: after.cells,
        hits: after.hits.map(({table, column, origin, count}) => ({table, column, of: originName(origins[origin]!), count})),
      },
      changed: tables.flatMap(({staged: {source}, written}) => (changes.get(source.table) ?? []).map(change => {
        const column = written.find(({name}) => name === change.column)!;
        return {table: source.table, ...change, method: column.decided!.method, mayLeave: column.mayLeave};
      })),
    },
    freeText: {documents, redactions: labels, review: {sample, upperBound: sample === 0 ? 1 : Math.min(1, 3 / sample)}, scores: [...context.scores]},
    risk: {
      tables: tables.map((roles, i) => ({
        table: roles.staged.source.table, target: targetOf(roles), person: roles.personAfter === null ? null : [...roles.personAfter],
        before: plain(before[i]!.risk), after: plain(after.tables[i]!.risk), notMeasured: after.tables[i]!.notMeasured ?? before[i]!.notMeasured,
      })),
      thresholds: {...policy.risk.thresholds}, accepted: verdicts.accepted.map(one => ({...one})),
    },
    checks: [...verdicts.checks],
    notChecked: [...notCheckedOf(examination, policy), ...context.notChecked],
    attestation: policy.attestation, reviewBy: policy.reviewBy,
    sequence: (previous?.certificate.sequence ?? 0) + 1,
    previous: previous === null ? null : sha256(previous.text),
  };
}

/** Documents that a person should read: without a leak in n of them the share with one is, with 95 % confidence, below 3/n. */
const REVIEWED = 300;

/** A copy may be written to, whatever the original said. */
type Writable<T> = T extends readonly (infer Item)[] ? Writable<Item>[] : T extends object ? {-readonly [Key in keyof T]: Writable<T[Key]>} : T;

/** The measurement as plain data of its own. */
const plain = (risk: DisclosureRisk | null) => structuredClone(risk) as Writable<DisclosureRisk> | null;

function columnsOf({policy, staged: {effects, out}}: TableRoles): Certificate['columns'][number]['columns'] {
  const known = new Set(policy.columns.map(({column}) => column));
  const added = out.columns.filter(({name}) => effects.some(({column, effect}) => column === name && effect === 'added') || !known.has(name));
  return [
    ...policy.columns.map(({column, path, class: of, kind, method, parameters, reason, decidedBy, effect}) => ({column, path, class: of, kind, method, parameters, reason, decidedBy, effect})),
    ...added.map(({name}) => {
      const effect = effects.find(({column}) => column === name);
      return {
        column: name, path: null, class: null, kind: null, method: effect?.method ?? 'unknown', parameters: effect?.method ?? 'unknown', reason: null, decidedBy: null,
        effect: effect?.effect === 'added' ? 'added' as const : 'undecided' as const,
      };
    }),
  ];
}

function categoriesOf(tables: readonly TableRoles[], {before, origins}: Examination, changes: ReadonlyMap<string, readonly ChangedValues[]>): Certificate['categories'] {
  return identifierClasses.filter(isSafeHarborClass).map(letter => {
    const columns = tables.flatMap(({policy}, i) => policy.columns.filter(({class: of}) => of === letter)
      .map(({column, path, kind, method, effect}) => ({table: policy.table, column, path, kind, method, effect, rows: before[i]!.rows})));
    const verified = new Set<string>();
    for (const {table, column, effect} of columns) {
      if (effect === 'dropped') verified.add('the column is not there');
      if (effect === 'blanked') verified.add('every cell is null');
      if (origins.some(one => one.table === table && one.column === column)) verified.add('its values are looked for in everything that was written');
      if (changes.get(table)?.some(one => one.column === column && one.compared > 0) === true) verified.add('its values are compared with what they were');
      if (effect === 'kept') verified.add('kept by decision');
    }
    verified.add('texts and kept columns are scanned for it');
    return {class: letter, title: classTitles[letter], columns, verified: [...verified], notApplicable: columns.length === 0 ? 'no column of a released table is of this class' : null};
  });
}

function notCheckedOf({tables, known, after, origins}: Examination, policy: ReleasePolicy): string[] {
  const made = tables.flatMap(({staged: {source}, written}) => written.filter(({madeUp, madeUpAt}) => madeUp || madeUpAt !== undefined).map(({name, madeUp: whole}) => `${source.table}.${name}${whole ? '' : ' (inside of its documents)'}`));
  const blobs = tables.flatMap(({staged: {source}, written}) => written.filter(({column}) => column.type === 'bytes').map(({name}) => `${source.table}.${name}`));
  const alone = tables.filter(({personBefore, personAfter, quasiAfter}) => personBefore !== null && personAfter === null && quasiAfter.length > 0).map(({staged: {source}}) => source.table);
  const {short, ordinary, region, dense} = known.leftOut;
  const staff = tables.flatMap(({staged: {source}, written}) => written.filter(isOfStaff).map(({name}) => `${source.table}.${name}`));
  return [
    ...made.length > 0 ? [`made-up and encoded values are not scanned, as they look like real ones and may be somebody's by chance: ${made.join(', ')}`] : [],
    ...blobs.length > 0 ? [`binary columns are read as text only, no picture or document in them is opened: ${blobs.join(', ')}`] : [],
    ...staff.length > 0 ? [`known values are not looked for in columns about staff, who may have the same names: ${staff.join(', ')}`] : [],
    ...short + ordinary + region + dense > 0 ? [`${short + ordinary + region + dense} known values are not looked for: ${short} are short, ${ordinary} are ordinary words, ${region} are states or countries, ${
      dense} are numbers of which so many of their length are known that others are the same by chance`] : [],
    ...known.overflowed ? ['not all known values could be kept: those beyond the limit are not looked for'] : [],
    ...origins.length > 0 ? ['a known value that is misspelt, translated or described in other words is found by the scan, if at all'] : [],
    'days and ages are not looked for as known values, as they are everybody\'s: that they are gone is for the scan and the changed values to say',
    ...policy.excluded.length > 0 ? [`tables that are not released are not read: what is only in them is not looked for (${policy.excluded.length})`] : [],
    ...alone.length > 0 ? [`whose rows these are cannot be told any more, so the risk after is that of single records: ${alone.join(', ')}`] : [],
    ...after.references.some(({orphans}) => orphans === null) ? ['references to tables that are not released are not checked'] : [],
    'names of tables, columns and views, defaults, comments and conditions are searched for known values, and not scanned',
  ];
}
