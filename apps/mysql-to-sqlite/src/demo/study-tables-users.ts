import type {Row} from '@sluice/core';
import {familyKey, float, index, int, required, table, text, type Study, type StudyTable} from './study-columns.ts';
import {enteredDate, slashDate} from './study-dates.ts';
import {note} from './study-notes.ts';
import {phases, phone} from './study-people.ts';
import {random} from './study-random.ts';

/** Tables that people made for themselves over the years, archived ones, and leftovers. */
export const userTables = (study: Study): StudyTable[] =>
  [participation, zips, screener, arch, cortisolNotes, trashNames, trashCalls].map(make => make(study));

const participation = ({seed, families}: Study) => table({
  table: 'user_geo participation dates',
  columns: [int('familyid', required), text('first contact', 20), text('last contact', 20), int('phases completed'), text('mailing address', 120)],
  primaryKey: ['familyid'],
  foreignKeys: [familyKey('user_geo participation dates')],
}, function* (): Generator<Row> {
  for (const family of families) {
    const seen = phases.map(phase => family.seen[phase]).filter(each => each !== null);
    if (seen.length === 0) continue;
    const r = random(seed, `user_geo ${family.id}`);
    const {address} = family;
    yield [
      family.id, enteredDate(r, Math.min(...seen)), enteredDate(r, Math.max(...seen)), seen.length,
      `${address.street}\n${address.town}, ${address.state} ${address.zip}`,
    ];
  }
});

const zips = ({seed, families}: Study) => table({
  table: 'user_cla_extended milw zips',
  columns: [int('familyid', required), text('zip', 10), text('zip4', 4), float('lat'), float('lon'), int('distance', {comment: 'miles to the laboratory'})],
  primaryKey: ['familyid'],
}, function* (): Generator<Row> {
  for (const family of families) {
    const r = random(seed, `zips ${family.id}`);
    yield [
      family.id, family.address.zip, String(r.below(10_000)).padStart(4, '0'), 42.5 + r.below(4_000_000) / 1_000_000,
      -92.8 + r.below(5_000_000) / 1_000_000, r.bell(1, 260),
    ];
  }
});

const screener = ({seed, families}: Study) => table({
  table: 'user_sd_sd with dropped tb item',
  columns: [int('familyid', required), int('twin', required), int('sd auditory'), int('sd tactile'), int('sd sum'), int('group')],
  primaryKey: ['familyid', 'twin'],
}, function* (): Generator<Row> {
  for (const family of families) {
    for (const {number} of family.twins) {
      const r = random(seed, `user_sd_sd ${family.id} ${number}`);
      if (family.seen.s === null || r.chance(300)) continue;
      const [auditory, tactile] = [r.bell(0, 35), r.bell(0, 35)];
      yield [family.id, number, auditory, tactile, auditory + tactile, r.pick([1, 2, 3, 9998])];
    }
  }
});

const arch = ({seed, families}: Study) => table({
  table: 'arch_interview 3 response tracker',
  columns: [
    int('id', {...required, autoIncrement: true}), int('familyid', required), text('respondent', 80), text('returned', 20), int('complete'),
    text('comments'),
  ],
  primaryKey: ['id'],
  indexes: [index('familyid', 'familyid')],
}, function* (): Generator<Row> {
  let id = 0;
  for (const family of families) {
    const seen = family.seen['3'];
    const r = random(seed, `arch ${family.id}`);
    if (seen === null) continue;
    yield [
      ++id, family.id, `${family.mother.first} ${family.mother.last}`, enteredDate(r, seen + r.between(5, 90)), r.pick([0, 1, 1, 9998]),
      r.chance(400) ? note(r, family) : null,
    ];
  }
});

const cortisolNotes = ({seed, families}: Study) => table({
  table: 'user_jlb_cort4',
  columns: [int('familyid', required), int('twin', required), text('remark', 200)],
  primaryKey: ['familyid', 'twin'],
}, function* (): Generator<Row> {
  for (const family of families) {
    const r = random(seed, `user_jlb_cort4 ${family.id}`);
    if (family.seen['4'] !== null && r.chance(250)) yield [family.id, r.between(1, 2), note(r, family).slice(0, 200)];
  }
});

const trashNames = ({seed, families}: Study) => table({
  table: 'trash_mkv_names4',
  columns: [text('name', 80), text('birthday', 20), text('street', 80)],
  primaryKey: [],
}, function* (): Generator<Row> {
  for (const family of families) {
    const r = random(seed, `trash_mkv_names4 ${family.id}`);
    if (!r.chance(200)) continue;
    for (const twin of family.twins) yield [`${twin.first} ${twin.last}`, slashDate(twin.birth), family.address.street];
  }
});

const trashCalls = ({seed, families}: Study) => table({
  table: 'trash_jlb_ph4call_97to99',
  columns: [int('familyid'), text('called', 20), text('number', 20), text('result', 200)],
  primaryKey: [],
}, function* (): Generator<Row> {
  for (const family of families) {
    const r = random(seed, `trash_jlb_ph4call ${family.id}`);
    const seen = family.seen['4'];
    if (seen === null || !r.chance(300)) continue;
    yield [family.id, enteredDate(r, seen), r.chance(700) ? family.phone : phone(r), note(r, family).slice(0, 200)];
  }
});
