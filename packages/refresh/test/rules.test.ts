import {readFileSync} from 'node:fs';
import {ageTransform, defaultStudy, type Study} from '@sluice/transform-age';
import {deidentify, parsePolicy} from '@sluice/transform-deidentify';
import {describe, expect, test} from 'vitest';
import type {Transform} from '@sluice/core';
import {folders, Lab, told, type LabOptions} from './lab.ts';

const folder = folders();
const policy = (tables: string) => () => [deidentify(parsePolicy(`version: 1\ntables:\n${tables}`))];
const base = '  person: {columns: {id: keep, name: drop, zip: keep, note: keep, born: keep}}\n  thing: {columns: {"*": keep}}\n';
const secret = 'Quillabeth of Zyxwood Lane';

async function office(rules: LabOptions['rules'] = policy(base)): Promise<Lab> {
  const lab = new Lab(folder(), {rules: rules!}).source(
    'CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, zip TEXT, note TEXT, born TEXT)',
    `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 400) INSERT INTO person SELECT i, 'name ' || i, '53703', '${secret} ' || i, '1990-01-31' FROM c`,
    'CREATE TABLE thing (id INTEGER PRIMARY KEY, x TEXT)', 'INSERT INTO thing SELECT id, name FROM person',
  );
  await lab.bulk();
  return lab;
}

describe('a rule reaches rows that did not change', () => {
  test.for<[what: string, from: string, to: string]>([
    ['a column newly dropped', 'note: keep', 'note: drop'],
    ['a column newly blanked', 'note: keep', 'note: blank'],
    ['a new method', 'zip: keep', 'zip: zip3'],
    ['another method', 'born: keep', 'born: year'],
    ['another value of a constant', 'note: keep', 'note: {method: constant, value: none}'],
    ['a column that may leave now', 'name: drop', 'name: keep'],
  ])('%s', async ([, from, to]) => {
    const lab = await office();
    lab.options = {...lab.options, rules: policy(base.replace(from, to))};
    const report = await lab.update();
    expect(told(report)['person']).toMatch(/^rewritten: the rules for it changed/);
    expect(told(report)['thing']).toBe('unchanged');
    expect(new Set(lab.reads.map(({table}) => table))).toEqual(new Set(['person']));
    await lab.sameAsFresh();
  });

  test('another parameter of a method', async () => {
    const lab = await office(policy(base.replace('note: keep', 'note: {method: constant, value: one}')));
    lab.options = {...lab.options, rules: policy(base.replace('note: keep', 'note: {method: constant, value: two}'))};
    expect(told(await lab.update())).toEqual({person: 'rewritten: the rules for it changed', thing: 'unchanged'});
    await lab.sameAsFresh();
  });

  test('a policy that says the same in other words is no change', async () => {
    const lab = await office();
    lab.options = {...lab.options, rules: policy(base.replace('thing: {columns: {"*": keep}}', 'thing: {columns: {x: keep, id: keep}}'))};
    expect((await lab.update()).refresh?.kind).toBe('none');
  });

  test('a transform that cannot say what its rules are has every table made again, each time', async () => {
    const silent: Transform = {name: 'silent', plan: schema => ({schema, effects: [], apply: batch => batch})};
    const lab = await office(() => [silent]);
    expect(told(await lab.update())['thing']).toBe('rewritten: nobody can tell whether its rules changed');
    await lab.sameAsFresh({drift: true});
  });

  test('a changed column that is not read is no change', async () => {
    const lab = await office();
    lab.source("UPDATE person SET name = 'another'");
    expect((await lab.update()).refresh?.kind).toBe('none');
    lab.options = {...lab.options, rules: policy(base.replace('name: drop', 'name: keep'))};
    await lab.update();
    await lab.sameAsFresh();
  });

  test.for<[string, string, string]>([
    ['a dropped column', 'note: keep', 'note: drop'], ['a blanked one', 'note: keep', 'note: blank'],
    ['an excluded table', '  person: {columns: {id: keep, name: drop, zip: keep, note: keep, born: keep}}', '  person: exclude'],
  ])('and no byte of what it takes away is in the new file, free pages included: %s', async ([, from, to]) => {
    const lab = await office();
    expect(readFileSync(lab.target).includes(secret)).toBe(true);
    lab.options = {...lab.options, rules: policy(base.replace(from, to))};
    expect((await lab.update()).refresh?.kind).toBe('incremental');
    expect(readFileSync(lab.target).includes(secret)).toBe(false);
    await lab.sameAsFresh();
  });

  test('and no byte of rows that were changed or deleted at the source is in it either', async () => {
    const lab = await office();
    lab.source(`UPDATE person SET note = 'harmless' WHERE id BETWEEN 100 AND 150`, 'DELETE FROM person WHERE id BETWEEN 200 AND 250');
    expect(told(await lab.update())['person']).toMatch(/^patched/);
    const bytes = readFileSync(lab.target);
    for (const id of [100, 125, 150, 200, 225, 250]) expect(bytes.includes(`${secret} ${id}1990`), String(id)).toBe(false);
    expect(bytes.includes(`${secret} 991990`)).toBe(true);
    await lab.sameAsFresh();
  });
});

describe('what values come from', () => {
  const study: Study = {...defaultStudy, phases: {4: {table: 'data_4_tr', column: 'packsent'}, 5: {table: 'data_5_tr', column: 'sent'}}};
  const family = async (digests = true) => {
    const lab = new Lab(folder(), {rules: () => [ageTransform(study)], digests}).source(
      'CREATE TABLE gen_parentdates (familyid INTEGER PRIMARY KEY, fatherdob TEXT, motherdob TEXT, remark TEXT)',
      'CREATE TABLE gen_twins (familyid INT, twin INT, dateofbirth TEXT, firstname TEXT, PRIMARY KEY (familyid, twin))',
      'CREATE TABLE data_4_tr (familyid INTEGER PRIMARY KEY, packsent TEXT, sender TEXT)',
      'CREATE TABLE data_5_tr (familyid INTEGER PRIMARY KEY, sent TEXT)',
      'CREATE TABLE data_4_au_t (familyid INT, twin INT, au1 INT, PRIMARY KEY (familyid, twin))',
      'CREATE TABLE data_4_br_m (familyid INTEGER PRIMARY KEY, br1 INT)',
      'CREATE TABLE data_5_au_t (familyid INT, twin INT, au1 INT)',
      'CREATE TABLE gen_other (familyid INTEGER PRIMARY KEY, x TEXT)',
      `WITH RECURSIVE c(i) AS (SELECT 1001 UNION ALL SELECT i + 1 FROM c WHERE i < 1060) INSERT INTO gen_parentdates SELECT i, '1958-07-' || (i % 28 + 1), '03/15/1960', '' FROM c`,
      "INSERT INTO gen_twins SELECT familyid, 1, '1990-01-31', 'Ann' FROM gen_parentdates UNION ALL SELECT familyid, 2, '1990-01-31', 'Bob' FROM gen_parentdates",
      "INSERT INTO data_4_tr SELECT familyid, '2005-02-01', 'staff' FROM gen_parentdates", "INSERT INTO data_5_tr SELECT familyid, '2010-02-01' FROM gen_parentdates",
      'INSERT INTO data_4_au_t SELECT familyid, twin, 7 FROM gen_twins', 'INSERT INTO data_4_br_m SELECT familyid, 1 FROM gen_parentdates',
      'INSERT INTO data_5_au_t SELECT familyid, twin, 8 FROM gen_twins', "INSERT INTO gen_other SELECT familyid, 'x' FROM gen_parentdates",
    );
    await lab.bulk();
    return lab;
  };

  // Trackers of a phase get ages themselves.
  const all = ['data_4_au_t', 'data_4_br_m', 'data_5_au_t', 'data_4_tr', 'data_5_tr'];
  test.for<[what: string, sql: string, own: string, tables: string[], reason: string]>([
    ['a corrected birth date of a twin', "UPDATE gen_twins SET dateofbirth = '1991-01-31' WHERE familyid = 1005 AND twin = 2", 'gen_twins', ['data_4_au_t', 'data_5_au_t'], 'of gen_twins changed'],
    ['a corrected birth date of a mother', "UPDATE gen_parentdates SET motherdob = '03/15/1961' WHERE familyid = 1030", 'gen_parentdates', all, 'of gen_parentdates changed'],
    ['a corrected date of a tracker', "UPDATE data_4_tr SET packsent = '2006-02-01' WHERE familyid = 1060", 'data_4_tr', ['data_4_au_t', 'data_4_br_m', 'data_4_tr'], 'of data_4_tr changed'],
    ['a family added to a tracker', "INSERT INTO data_5_tr VALUES (2000, '2011-01-01')", 'data_5_tr', ['data_5_au_t', 'data_5_tr'], 'of data_5_tr changed'],
    ['a family taken out of a tracker', 'DELETE FROM data_5_tr WHERE familyid = 1001', 'data_5_tr', ['data_5_au_t', 'data_5_tr'], 'of data_5_tr changed'],
    ['a tracker emptied', 'DELETE FROM data_5_tr', 'data_5_tr', ['data_5_au_t', 'data_5_tr'], 'of data_5_tr changed'],
    ['another column of a tracker', "UPDATE data_4_tr SET sender = 'somebody else'", 'data_4_tr', [], ''],
    ['another column of the twins', "UPDATE gen_twins SET firstname = 'Cy' WHERE familyid = 1010", 'gen_twins', [], ''],
    ['a table that nothing comes from', "UPDATE gen_other SET x = 'y'", 'gen_other', [], ''],
  ])('%s: the ages of every table that used it are computed again, and of no other', async ([, sql, own, tables, reason]) => {
    for (const digests of [true, false]) {
      const lab = await family(digests);
      lab.source(sql);
      const report = await lab.update();
      for (const [name, what] of Object.entries(told(report))) {
        if (tables.includes(name)) expect(what, name).toMatch(new RegExp(`^rewritten: .*${reason}, which its values come from$`));
        else if (name === own) expect(what, name).toMatch(/^(patched|rewritten): .*rows/);
        else expect(what, name).toBe('unchanged');
      }
      await lab.sameAsFresh();
      // A second correction is found against the first one, although the table was not made anew for another reason.
      lab.source("UPDATE gen_twins SET dateofbirth = '1992-03-04' WHERE familyid = 1001");
      expect(told(await lab.update())).toMatchObject({data_4_au_t: expect.stringMatching(/gen_twins changed/), data_4_br_m: 'unchanged'});
      await lab.sameAsFresh();
    }
  });

  test('a tracker whose key or type changes, and one that goes', async () => {
    const lab = await family();
    lab.source('ALTER TABLE data_5_tr RENAME TO old', 'CREATE TABLE data_5_tr (familyid INT, sent TEXT)', 'INSERT INTO data_5_tr SELECT * FROM old', 'DROP TABLE old');
    await lab.update();
    await lab.sameAsFresh();
    lab.source('DROP TABLE data_5_tr');
    const report = await lab.update();
    expect(told(report)['data_5_au_t']).toMatch(/^rewritten/);
    expect(told(report)['data_4_au_t']).toBe('unchanged');
    await lab.sameAsFresh();
  });

  test('another study: other dates, another unit', async () => {
    const lab = await family();
    for (const other of [
      {...study, ages: {...study.ages, unit: 'years' as const}}, {...study, ages: {...study.ages, missing: 9998}},
      {...study, phases: {...study.phases, 5: {table: 'data_4_tr', column: 'packsent'}}}, {...study, phases: {4: study.phases['4']!}},
    ]) {
      lab.options = {...lab.options, rules: () => [ageTransform(other)]};
      expect(told(await lab.update())['data_5_au_t']).toMatch(/^rewritten: the rules for it changed/);
      await lab.sameAsFresh();
    }
  });

  test('a tracker that is not in the file, being excluded, counts as well', async () => {
    const lab = await family();
    const rules = () => [ageTransform(study), deidentify(parsePolicy('version: 1\ntables:\n  "*": {columns: {"*": keep}}\n  data_4_tr: exclude\n  gen_twins: {columns: {"*": keep, dateofbirth: drop}}\n'))];
    lab.options = {...lab.options, rules};
    await lab.update();
    await lab.sameAsFresh();
    lab.source("UPDATE data_4_tr SET packsent = '2007-02-01' WHERE familyid = 1033", "UPDATE gen_twins SET dateofbirth = '1989-03-04' WHERE familyid = 1020 AND twin = 1");
    expect(told(await lab.update())).toMatchObject({data_4_br_m: expect.stringMatching(/data_4_tr changed/), data_5_au_t: expect.stringMatching(/gen_twins changed/), gen_twins: 'unchanged'});
    await lab.sameAsFresh();
  });

  test('only tables asked for are compared with what they came from; the others are caught by the next update', async () => {
    const lab = await family();
    lab.source("UPDATE gen_twins SET dateofbirth = '1992-03-04' WHERE familyid = 1001");
    expect(told(await lab.update({only: new Set(['data_4_au_t'])}))).toMatchObject({data_4_au_t: 'rewritten: asked for', data_5_au_t: 'unchanged', gen_twins: 'unchanged'});
    expect(told(await lab.update())).toMatchObject({data_4_au_t: 'unchanged', data_5_au_t: expect.stringMatching(/gen_twins changed/), gen_twins: expect.stringMatching(/patched/)});
    await lab.sameAsFresh();
  });
});
