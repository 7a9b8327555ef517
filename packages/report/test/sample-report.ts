import {createHash} from 'node:crypto';
import type {ColumnEffect, ReportedError, RunReport, TableReport} from '@sluice/core';

/** A table that arrived and was proved. */
export function sampleTable(name: string, rows: number, more: Partial<TableReport> = {}): TableReport {
  return {
    name, target: name, status: 'ok', rowsRead: rows, rowsWritten: rows, rowsQuarantined: 0, verified: true,
    digest: createHash('sha256').update(name).digest('hex'), seconds: Math.round(rows / 60) / 1000, columns: [], effects: [], notes: [], adjustments: [],
    ...more,
  };
}

const ages = (twin: boolean): ColumnEffect[] =>
  ['father', 'mother', ...(twin ? ['twin'] : [])].map(person => ({
    column: `${person}age`, effect: 'added',
    method: `age of the ${person} in months: ${person === 'twin' ? 'gen_twins.dateofbirth' : `gen_parentdates.${person}dob`} at data_4_tr.packsent`,
  }));

const ageNotes = (rows: number) => [
  {column: 'fatherage', message: 'no age: no date in gen_parentdates.fatherdob', count: Math.ceil(rows / 11)},
  {column: 'fatherage', message: 'no age: no row in data_4_tr', count: Math.ceil(rows / 40)},
  {column: 'motherage', message: 'no age: a code for missing in gen_parentdates.motherdob', count: Math.ceil(rows / 70)},
];

const removed = (effect: 'dropped' | 'blanked', ...columns: string[]): ColumnEffect[] =>
  columns.map(column => ({column, effect, method: effect === 'blanked' ? 'blank' : column.endsWith('name') ? 'drop: names' : 'drop: free text, addresses and numbers'}));

/** A run like the demo's: thirty tables, ages added, sensitive columns gone. */
export function sampleReport(more: Partial<RunReport> = {}): RunReport {
  const tables: TableReport[] = [
    sampleTable('arch_interview 3 response tracker', 1398, {effects: removed('dropped', 'respondent', 'comments')}),
    sampleTable('calc_3_cb_f', 2478, {effects: ages(true), notes: ageNotes(2478)}),
    sampleTable('calc_4_br', 2294, {effects: ages(true), notes: ageNotes(2294)}),
    sampleTable('data_1_tb_99_f', 2391, {effects: [...removed('dropped', 'other'), ...ages(true)], notes: ageNotes(2391)}),
    sampleTable('data_1_tr', 1554, {effects: ages(false), notes: [...ageNotes(1554), {message: 'family is in the tracker twice; the first row counts', count: 23}]}),
    ...['data_3_tr', 'data_5_tr', 'data_r1_tr', 'data_s_tr', 'data_at_dates'].map((name, i) => sampleTable(name, 354 + i * 311, {effects: ages(false)})),
    sampleTable('data_4_au_t', 2377, {
      effects: ages(true), notes: ageNotes(2377),
      columns: [{column: 'weight', from: 'decimal(12,10)', to: 'TEXT', note: 'as text, so that no affinity rounds it'}],
    }),
    sampleTable('data_4_cw_t', 49_838, {effects: ages(true), notes: ageNotes(49_838)}),
    sampleTable('data_4_ho_i', 2225, {effects: [...removed('dropped', 'notes'), ...ages(false)]}),
    sampleTable('data_4_in_m', 1113, {effects: [...removed('dropped', 'strengths', 'worries', 'transcript'), ...ages(false)]}),
    sampleTable('data_4_tr', 1277, {effects: [...removed('dropped', 'contactname', 'contactphone', 'call notes'), ...ages(false)]}),
    sampleTable('data_5_au_t', 1811, {effects: ages(true)}),
    sampleTable('data_palmprints', 2427, {effects: removed('dropped', 'image', 'filename')}),
    sampleTable('data_rd_au_t', 1177, {effects: ages(true), notes: [{column: 'twinage', message: 'no such twin in gen_twins', count: 7}]}),
    sampleTable('data_s_hb_pb_m', 3558, {effects: ages(true)}),
    sampleTable('gen_de_state', 2000, {effects: removed('blanked', 'dob_m', 'dob_f')}),
    sampleTable('gen_family', 2000, {
      effects: removed(
        'dropped', 'studycode', 'familylabel', 'motherfirstname', 'motherlastname', 'mothermaidenname', 'fatherfirstname', 'fatherlastname', 'address',
        'city', 'zip', 'phonenumber', 'email', 'oldaddress', 'comment', 'otherproject'),
    }),
    sampleTable('gen_household', 10_174, {effects: [...removed('dropped', 'name', 'occupation', 'phone'), {column: 'yearofbirth', effect: 'changed', method: 'bucket width 5: five years together'}]}),
    sampleTable('gen_parentdates', 1976, {effects: removed('blanked', 'motherdob', 'fatherdob', 'dateofbirth')}),
    sampleTable('gen_siblings', 2308, {effects: removed('dropped', 'firstname', 'lastname', 'dateofbirth', 'dateofdeath', 'comments')}),
    sampleTable('gen_twins', 4000, {effects: [...removed('dropped', 'firstname', 'lastname'), ...removed('blanked', 'dateofbirth')]}),
    sampleTable('user_4_cort_dhea_t', 14_751, {effects: ages(true)}),
    sampleTable('user_cla_extended milw zips', 2000, {effects: removed('dropped', 'zip', 'zip4', 'lat', 'lon')}),
    sampleTable('user_geo participation dates', 2000, {effects: removed('dropped', 'mailing address')}),
    sampleTable('user_sd_sd with dropped tb item', 2611, {notes: [{message: 'no ages: the study has no date for phase sd', count: 0}]}),
  ];
  const rows = tables.reduce((sum, table) => sum + table.rowsWritten, 0);
  return {
    format: 'sluice.run-report/1',
    tool: {name: 'mysql-to-sqlite', version: '0.1.0'},
    status: 'ok',
    startedAt: '2026-11-24T15:31:50.120Z',
    finishedAt: '2026-11-24T15:31:54.318Z',
    source: {kind: 'sqlite', label: 'demo-output/source.db', snapshot: 'change counter 35'},
    destination: {kind: 'sqlite', label: 'demo-output/collab.db', archived: null, bytes: 9_846_784},
    published: true,
    tables,
    views: ['user_ph4 scores'],
    excluded: [
      {name: 'gen_social_security', reason: 'social security numbers'},
      {name: 'gen_staff', reason: 'names of staff, of no use to collaborators'},
      {name: 'trash_jlb_ph4call_97to99', reason: 'leftovers nobody has looked at'},
      {name: 'trash_mkv_names4', reason: 'leftovers nobody has looked at'},
      {name: 'user_jlb_cort4', reason: 'private notes of one researcher'},
    ],
    omissions: [
      {table: 'gen_family', kind: 'index', name: 'motherlastname', reason: 'uses a column that is left out'},
      {table: 'gen_twins', kind: 'index', name: 'lastname', reason: 'uses a column that is left out'},
      {table: 'gen_family', kind: 'index', name: 'studycode', reason: 'uses a column that is left out'},
      {table: null, kind: 'view', name: 'user_contact list', reason: 'reads columns that are left out'},
      {table: 'data_4_cw_t', kind: 'prefix', name: 'familyid', reason: 'SQLite indexes whole columns'},
    ],
    verification: {status: 'passed', tables: tables.length, rows},
    timings: {plan: 0.184, read: 1.212, transform: 0.238, digest: 0.611, write: 1.092, finish: 0.122, verify: 0.703, publish: 0.041, total: 4.198},
    warnings: [],
    ...more,
  };
}

const failure: ReportedError = {
  code: 'SLUICE_VERIFY', message: 'table data_4_cw_t: what was read back differs from what was written', table: 'data_4_cw_t',
  remedy: 'nothing was published; check the disk of the destination, then run again',
};

/** A run whose copy did not survive being read back. */
export function failedReport(more: Partial<RunReport> = {}): RunReport {
  const sample = sampleReport();
  return sampleReport({
    status: 'failed',
    published: false,
    destination: {...sample.destination, bytes: null},
    tables: sample.tables.map(table => table.name === 'data_4_cw_t'
      ? {...table, status: 'failed', verified: false, digest: null, error: failure}
      : table.name < 'data_4_cw_t' ? table : {...table, status: 'not started', rowsRead: 0, rowsWritten: 0, seconds: 0, notes: [], verified: false, digest: null}),
    verification: {status: 'failed', tables: 11, rows: 14_000},
    error: failure,
    ...more,
  });
}

/** The policy is not complete: nothing was read. */
export const undecidedReport = (): RunReport => sampleReport({
  status: 'failed', published: false, tables: [], views: [], excluded: [], omissions: [],
  verification: {status: 'skipped', tables: 0, rows: 0},
  timings: {plan: 0.2, read: 0, transform: 0, digest: 0, write: 0, finish: 0, verify: 0, publish: 0, total: 0.2},
  error: {
    code: 'SLUICE_UNDECIDED', message: '2 decisions are missing: nothing was read',
    problems: [{path: 'gen_family.nickname', message: 'no decision'}, {path: 'data_6_tr', message: 'no decision'}],
    remedy: 'tables:\n  gen_family:\n    columns:\n      nickname: drop   # or keep\n  data_6_tr: drop',
  },
});

/** Names, messages and labels as an enemy, or a careless colleague, would write them. */
export function hostileReport(): RunReport {
  const hostile = '<script>alert("1")</script>\'"&amp;`\u0000\u001b[31m\u202e\n</td></table>';
  const error: ReportedError = {code: 'SLUICE_WRITE', message: hostile, table: hostile, column: hostile, row: 3, remedy: hostile, problems: [{path: hostile, message: hostile}]};
  return sampleReport({
    status: 'partial',
    source: {kind: hostile, label: 'mysql://root:hunter2@db.example.net/study', snapshot: hostile},
    destination: {kind: 'sqlite', label: hostile, archived: 'ftp://someone:s3cret@files.example.net/old.db', bytes: 12},
    tables: [
      sampleTable(hostile, 3, {
        target: `${hostile}2`, columns: [{column: hostile, from: hostile, to: hostile, note: hostile}],
        effects: [{column: hostile, effect: 'changed', method: hostile}], notes: [{column: hostile, message: hostile, count: 1}],
        adjustments: [{column: hostile, kind: hostile, count: 1}],
      }),
      sampleTable('семья 家族 👨‍👩‍👧‍👦 عائلة', 12, {status: 'failed', verified: false, digest: null, error}),
      sampleTable(`x${'very_long_name_'.repeat(12)}`, 1_234_567_890, {rowsQuarantined: 5}),
    ],
    verification: {status: 'failed', tables: 2, rows: 1_234_567_893},
    views: [hostile],
    excluded: [{name: hostile, reason: hostile}],
    omissions: [{table: hostile, kind: 'view', name: hostile, reason: hostile}],
    warnings: [hostile, 'could not reach postgres://admin:hunter2@db/x'],
    error,
  });
}

/** A run that brought a few tables up to date. */
export function updateReport(more: Partial<RunReport> = {}): RunReport {
  const sample = sampleReport();
  const changes: Readonly<Record<string, NonNullable<TableReport['change']>>> = {
    calc_4_br: {kind: 'rewritten', reasons: ['packsent of data_4_tr changed, which its values come from'], rows: 2294},
    data_4_cw_t: {kind: 'patched', reasons: ['rows changed in 2 of 25 ranges of its key, 5 rows more'], rows: 49_838},
    data_rd_au_t: {kind: 'new', reasons: [], rows: 1177},
    gen_household: {kind: 'rewritten', reasons: ['column yearofbirth was smallint(6) and is int(11)', 'its indexes changed'], rows: 10_174},
  };
  return sampleReport({
    tables: sample.tables.map((table): TableReport => {
      const change = changes[table.name];
      if (!change) return {...table, rowsRead: 0, rowsWritten: 0, digest: null, seconds: 0, notes: [], change: {kind: 'unchanged', reasons: [], rows: table.rowsWritten}};
      return {...table, ...(change.kind === 'patched' && {rowsRead: 4005, rowsWritten: 4005, seconds: 0.12}), digest: null, change};
    }),
    timings: {plan: 0.612, read: 0.101, transform: 0.02, digest: 0.13, write: 0.1, finish: 0.01, verify: 0.13, publish: 0.1, total: 1.203},
    destination: {...sample.destination, archived: 'demo-output/collab_2026-11-24_15_31_54.318000.db'},
    refresh: {
      kind: 'incremental', reasons: [], resumed: false, since: '2026-11-23T02:00:11.004Z', digestSeconds: 0.433, receipt: 'demo-output/collab.receipt.json', asLeft: true,
      tables: {unchanged: 25, new: 1, patched: 1, rewritten: 2, removed: 1}, removed: [{name: 'trash_old', reason: 'it is no longer at the source'}],
    },
    ...more,
  });
}

/** A run that had nothing to do. */
export function quietReport(more: Partial<RunReport> = {}): RunReport {
  const sample = updateReport();
  return updateReport({
    published: false,
    tables: sample.tables.map(table => ({...table, rowsRead: 0, rowsWritten: 0, seconds: 0, notes: [], change: {kind: 'unchanged', reasons: [], rows: table.change!.rows}})),
    destination: {...sample.destination, archived: null, bytes: null},
    timings: {plan: 0.581, read: 0, transform: 0, digest: 0, write: 0, finish: 0, verify: 0, publish: 0, total: 0.744},
    refresh: {...sample.refresh!, kind: 'none', removed: [], tables: {unchanged: 29, new: 0, patched: 0, rewritten: 0, removed: 0}},
    ...more,
  });
}
