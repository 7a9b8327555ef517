import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {sqlite} from '@sluice/connector-sqlite';
import {must, type Catalog, type RunReport} from '@sluice/core';
import {runCopy} from '@sluice/engine';
import {renderHtml, renderSummary} from '@sluice/report';
import {openMasking} from '@sluice/masking';
import {ageTransform, parseStudy, type AgeTransform} from '@sluice/transform-age';
import {parsePolicy} from '@sluice/transform-deidentify';
import Database from 'better-sqlite3';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {makeKeys} from '../src/demo/make-keys.ts';
import {writeStudy} from '../src/demo/study-file.ts';
import {generateStudy, studyViews} from '../src/demo/study-generator.ts';
import {plantedIdentifiers} from '../src/demo/study-identifiers.ts';
import {demoStudy} from '../src/demo/study-layout.ts';
import {demoPolicy} from '../src/demo/study-policy.ts';

const STUDY = {families: 150, seed: 1};
const catalog: Catalog = {tables: [...generateStudy(STUDY)].map(({schema}) => schema), views: studyViews, others: []};

/** The catalog as the policy sees it: with the ages. */
function withAges(ages: AgeTransform, given: Catalog = catalog): Catalog {
  expect(ages.check(given)).toEqual([]);
  return {...given, tables: given.tables.map(schema => ages.plan(schema).schema)};
}

describe('study.yaml', () => {
  test('fits the generated study: every phase, tracker and birth date it names is there and used', () => {
    const study = parseStudy(demoStudy);
    const ages = ageTransform(study);
    expect(ages.check(catalog)).toEqual([]);
    const names = new Set(catalog.tables.map(({table}) => table));
    for (const {table} of [...Object.values(study.phases), ...Object.values(study.people)]) expect(names.has(table), table).toBe(true);
    const used = new Set(ages.tables.flatMap(each => 'people' in each ? [each.phase] : []));
    expect(used).toEqual(new Set(Object.keys(study.phases)));
  });

  test('gives fathers, mothers, twins and siblings their ages', () => {
    const ages = ageTransform(parseStudy(demoStudy));
    ages.check(catalog);
    const of = (name: string) => ages.tables.flatMap(each => each.table === name && 'people' in each ? each.people.map(({newColumn}) => newColumn) : []);
    expect(of('data_4_au_t')).toEqual(['fatherage', 'motherage', 'twinage']);
    expect(of('data_4_hb_ph_sib_m')).toEqual(['fatherage', 'motherage', 'siblingage']);
    expect(of('data_1_tb_99_f')).toEqual(['fatherage', 'motherage', 'twinage']);
    expect(of('gen_twins')).toEqual([]);
  });
});

const {signal} = new AbortController();
const tool = {name: 'test', version: '0'};
const folder = mkdtempSync(join(tmpdir(), 'study-release-'));
await makeKeys(folder);
const settings = {keyFile: join(folder, 'project.key'), vault: join(folder, 'surrogates.vault')};
const looking = async () => (await openMasking({policy: parsePolicy(demoPolicy), settings, env: {}, purpose: 'look', tool}, signal)).transform;

describe('policy.yaml', () => {
  test('decides about every table and column, and names nothing that is not there', async () => {
    const policy = await looking();
    expect(policy.check(withAges(ageTransform(parseStudy(demoStudy))))).toEqual([]);
    expect(policy.warnings).toEqual([]);
    expect(policy.decisions.filter(each => each.kind === 'excluded').map(each => each.table).sort()).toEqual(
      ['gen_social_security', 'gen_staff', 'trash_jlb_ph4call_97to99', 'trash_mkv_names4', 'user_jlb_cort4']);
  });

  test('stops at a column that somebody adds', async () => {
    const more: Catalog = {...catalog, tables: catalog.tables.map(schema =>
      schema.table === 'gen_twins' ? {...schema, columns: [...schema.columns, {name: 'nickname', type: 'text', nullable: true}]} : schema)};
    const policy = await looking();
    const problems = policy.check(withAges(ageTransform(parseStudy(demoStudy)), more));
    expect(problems.map(problem => problem.path)).toEqual(['gen_twins.nickname']);
  });

  test('says why, whenever something is dropped, blanked or left out', async () => {
    const policy = await looking();
    policy.check(withAges(ageTransform(parseStudy(demoStudy))));
    for (const decision of policy.decisions) {
      if (decision.kind === 'excluded') expect(decision.reason, decision.table).toMatch(/: ./u);
      if (decision.kind !== 'decided') continue;
      for (const {column, use, reason} of decision.decisions) {
        if (use?.method.name === 'drop' || use?.method.name === 'blank') expect(reason, `${decision.source.table}.${column}`).toBeTruthy();
      }
    }
  });
});

describe('the study released under both', () => {
  const source = join(folder, 'source.db');
  const target = join(folder, 'collab.db');
  let report: RunReport;
  let collab: Database.Database;

  beforeAll(async () => {
    writeStudy(source, STUDY);
    await using masking = await openMasking({policy: parsePolicy(demoPolicy), settings: {...settings, certificate: join(folder, 'certificate.json')}, env: {}, purpose: 'run', tool}, signal);
    const result = await runCopy({
      tool,
      source: must(sqlite.source, 'SQLite as a source')({url: `sqlite:${source}`}),
      destination: must(sqlite.destination, 'SQLite as a destination')({url: `sqlite:${target}`}),
      transforms: [ageTransform(parseStudy(demoStudy)), masking.transform], gates: masking.gates,
    }, signal);
    for (const gate of masking.gates) await gate.settled?.({report: result.report, seal: async () => null}, signal);
    report = result.report;
    collab = new Database(target, {readonly: true});
  });
  afterAll(() => {
    collab.close();
    rmSync(folder, {recursive: true});
  });

  test('arrives and is proved', () => {
    expect(report.error).toBeUndefined();
    expect({status: report.status, published: report.published, verification: report.verification.status})
      .toEqual({status: 'ok', published: true, verification: 'passed'});
    expect(report.tables).toHaveLength(catalog.tables.length - 5);
  });

  test('has none of the planted identifiers in any byte of any file, nor in the report', () => {
    const planted = plantedIdentifiers(STUDY);
    const files = readdirSync(folder).filter(name => name !== 'source.db' && !name.endsWith('.certificates')).map(name => readFileSync(join(folder, name)));
    const written = [JSON.stringify(report), renderHtml(report), renderSummary(report)].map(text => Buffer.from(text));
    const original = readFileSync(source);
    for (const {text} of planted) {
      expect(original.includes(text), `${text} in the source`).toBe(true);
      for (const bytes of [...files, ...written]) expect(bytes.includes(text), text).toBe(false);
    }
  });

  test('has a certificate that every check passed', () => {
    expect(JSON.parse(readFileSync(join(folder, 'certificate.json'), 'utf8'))).toMatchObject({format: 'sluice.certificate/1', status: 'passed', method: {claimed: 'safe-harbor', computed: 'safe-harbor'}});
  });

  test('has ages where birth dates were', () => {
    expect(collab.prepare('SELECT count(*) FROM gen_twins WHERE dateofbirth IS NOT NULL').pluck().get()).toBe(0);
    const known = Number(collab.prepare('SELECT count(twinage) FROM data_4_au_t').pluck().get());
    const all = Number(collab.prepare('SELECT count(*) FROM data_4_au_t').pluck().get());
    expect(known).toBeGreaterThan(all * 0.7);
    expect(known).toBeLessThan(all);
    const notes = report.tables.find(table => table.name === 'data_4_au_t')!.notes;
    const missing = notes.filter(note => note.column === 'twinage' && note.message.startsWith('no age')).reduce((sum, note) => sum + note.count, 0);
    expect(missing).toBe(all - known);
  });

  test('has neither the columns nor the tables nor the view that were left out', () => {
    const columns = collab.prepare("SELECT name FROM pragma_table_info('gen_family')").pluck().all();
    expect(columns).toEqual(['familyid', 'state', 'zip', 'comment', 'initletter', 'initresponse', 'status', 'cohort']);
    const objects = collab.prepare("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").pluck().all();
    for (const gone of ['gen_staff', 'gen_social_security', 'trash_mkv_names4', 'user_jlb_cort4', 'user_contact list']) expect(objects).not.toContain(gone);
    expect(objects).toContain('user_ph4 scores');
  });

  test('families can be followed from table to table, under other numbers', () => {
    const joined = 'SELECT count(*) FROM calc_4_br b JOIN data_4_au_t a ON a.familyid = b.familyid AND a.twin = b.twin';
    expect(collab.prepare(joined).pluck().get()).toBeGreaterThan(50);
    expect(collab.prepare('SELECT count(*) FROM "user_ph4 scores"').pluck().get()).toBe(collab.prepare(joined).pluck().get());
    const original = new Database(source, {readonly: true});
    expect(collab.prepare(joined).pluck().get()).toBe(original.prepare(joined).pluck().get());
    const known = new Set(original.prepare('SELECT familyid FROM gen_family').pluck().all());
    original.close();
    expect(collab.prepare('SELECT familyid FROM gen_family').pluck().all().filter(id => known.has(id))).toEqual([]);
  });
});
