import type {Column, Row} from '@sluice/core';
import {
  decimal, familyKey, fixed, float, index, int, items, required, table, text, timestamp, twinKey, type Study, type StudyTable,
} from './study-columns.ts';
import {enteredDate, isoDateTime, type Day} from './study-dates.ts';
import {answer, note} from './study-notes.ts';
import type {Family, Phase, Twin} from './study-people.ts';
import {random, type Random} from './study-random.ts';

/** What families answered, and the scales computed from it. */
export const questionnaireTables = (study: Study): StudyTable[] => [
  toddlerBehaviour(study),
  twinQuestionnaire(study, {name: 'data_s_hb_pb_m', phase: 's', prefix: 'pb', items: 28, highest: 3, comment: 'health and behaviour, by telephone'}),
  childBehaviourScales(study),
  twinQuestionnaire(study, {name: 'data_4_au_t', phase: '4', prefix: 'au', items: 24, highest: 2, comment: '0 never, 1 sometimes, 2 often'}),
  siblingHealth(study),
  interview(study),
  homeObservation(study),
  birthRecord(study),
  twinQuestionnaire(study, {name: 'data_5_au_t', phase: '5', prefix: 'au', items: 24, highest: 2, comment: '0 never, 1 sometimes, 2 often'}),
  twinQuestionnaire(study, {name: 'data_rd_au_t', phase: 'r1', prefix: 'au', items: 30, highest: 4, strayTwins: true}),
];

/** An answer on a scale, or 9998 (skipped), 9999 (does not apply) or NULL (page missing). */
export function likert(random: Random, highest: number, lowest = 0): number | null {
  const roll = random.below(1000);
  if (roll < 950) return random.bell(lowest, highest);
  return roll < 975 ? 9998 : roll < 988 ? 9999 : null;
}

const answers = (random: Random, count: number, highest: number, lowest = 0): Row =>
  Array.from({length: count}, () => likert(random, highest, lowest));

/** Every twin seen in the phase whose form came back. */
function* respondents({families, seed}: Study, name: string, phase: Phase, perMille: number): Generator<[Random, Family, Twin, Day]> {
  for (const family of families) {
    const seen = family.seen[phase];
    if (seen === null) continue;
    for (const twin of family.twins) {
      const r = random(seed, `${name} ${family.id} ${twin.number}`);
      if (r.chance(perMille)) yield [r, family, twin, seen];
    }
  }
}

const twinColumns: readonly Column[] = [int('familyid', required), int('twin', required)];

interface Questionnaire {
  readonly name: string;
  readonly phase: Phase;
  readonly prefix: string;
  readonly items: number;
  readonly highest: number;
  readonly comment?: string;
  /** Whether some rows were entered for a twin number that does not exist. */
  readonly strayTwins?: true;
}

function twinQuestionnaire(study: Study, form: Questionnaire): StudyTable {
  const {name, comment} = form;
  return table({
    table: name,
    columns: [
      ...twinColumns, text('datecompleted', 20), int('version', {default: {kind: 'literal', text: '1'}}), ...items(form.prefix, form.items),
    ],
    primaryKey: ['familyid', 'twin'],
    foreignKeys: form.strayTwins ? [familyKey(name)] : [familyKey(name), twinKey(name)],
    ...(comment !== undefined && {comment}),
  }, function* () {
    for (const [r, family, {number}, seen] of respondents(study, name, form.phase, 930)) {
      const twin = form.strayTwins && number === 2 && r.chance(12) ? 3 : number;
      yield [family.id, twin, enteredDate(r, seen + r.between(3, 60)), r.pick([1, 1, 2]), ...answers(r, form.items, form.highest)];
    }
  });
}

/** Its family numbers are text: this table was typed into another program first. */
const toddlerBehaviour = (study: Study) => table({
  table: 'data_1_tb_99_f',
  columns: [text('familyid', 10, required), int('twin', required), text('datecompleted', 20), ...items('tb', 36), text('other', 200)],
  primaryKey: ['familyid', 'twin'],
  comment: 'toddler behaviour, answered by the father; 1 never to 7 always',
}, function* (): Generator<Row> {
  for (const [r, family, twin, seen] of respondents(study, 'data_1_tb_99_f', '1', 820)) {
    if (!family.father) continue;
    yield [
      String(family.id), twin.number, enteredDate(r, seen + r.between(3, 60)), ...answers(r, 36, 7, 1),
      r.chance(60) ? note(r, family).slice(0, 200) : null,
    ];
  }
});

const CHILD_SCALES = [
  'activity', 'anger', 'approach', 'attention', 'discomfort', 'fear', 'inhibition', 'pleasure', 'perception', 'sadness', 'shyness', 'smiling',
] as const;

const childBehaviourScales = (study: Study) => table({
  table: 'calc_3_cb_f',
  columns: [...twinColumns, ...CHILD_SCALES.map(scale => float(scale)), int('itemsmissing'), decimal('weight', 12, 10)],
  primaryKey: ['familyid', 'twin'],
  foreignKeys: [familyKey('calc_3_cb_f')],
  comment: 'means of the items answered',
}, function* (): Generator<Row> {
  for (const [r, family, twin] of respondents(study, 'calc_3_cb_f', '3', 880)) {
    yield [
      family.id, twin.number, ...CHILD_SCALES.map(() => r.chance(960) ? r.bell(10, 70) / r.between(9, 12) : 9998), r.below(9),
      fixed(r.between(5_000_000_000, 29_999_999_999), 10),
    ];
  }
});

const siblingHealth = ({seed, families}: Study) => table({
  table: 'data_4_hb_ph_sib_m',
  columns: [
    int('familyid', required), int('sibling', required), text('siblingname', 40), text('datecompleted', 20), ...items('ph', 22),
    text('medication', 200), text('hospital', 80),
  ],
  primaryKey: ['familyid', 'sibling'],
  foreignKeys: [familyKey('data_4_hb_ph_sib_m')],
}, function* (): Generator<Row> {
  for (const family of families) {
    const seen = family.seen['4'];
    if (seen === null) continue;
    for (const [i, sibling] of family.siblings.entries()) {
      const r = random(seed, `data_4_hb_ph_sib_m ${family.id} ${i}`);
      if (r.chance(250)) continue;
      yield [
        family.id, i + 1, sibling.first, enteredDate(r, seen + r.between(3, 60)), ...answers(r, 22, 1),
        r.chance(150) ? `${r.pick(['ibuprofen', 'albuterol', 'cetirizine', 'methylphenidate 10 mg'])}; ask Dr. ${family.mother.maiden}` : null,
        r.chance(80) ? `${family.address.town} Clinic` : null,
      ];
    }
  }
});

const interview = (study: Study) => table({
  table: 'data_4_in_m',
  columns: [
    int('familyid', required), timestamp('started'), int('minutes'), int('interviewer'), text('strengths'), text('worries'), text('transcript'),
    int('warmth', {comment: 'rated by two coders, 1 to 5'}), int('stress'), int('coderagreement'),
  ],
  primaryKey: ['familyid'],
  foreignKeys: [familyKey('data_4_in_m')],
  comment: 'interview with the mother',
}, function* (): Generator<Row> {
  for (const family of study.families) {
    const seen = family.seen['4'];
    const r = random(study.seed, `data_4_in_m ${family.id}`);
    if (seen === null || r.chance(120)) continue;
    yield [
      family.id, isoDateTime(seen + r.between(20, 160), r.between(17, 38) * 1800), r.bell(20, 140), r.between(1, 46),
      answer(r, family), answer(r, family), r.chance(800) ? answer(r, family) : null, likert(r, 5, 1), likert(r, 5, 1), r.between(60, 100),
    ];
  }
});

const homeObservation = ({seed, families}: Study) => table({
  table: 'data_4_ho_i',
  columns: [int('familyid', required), int('observer', required), text('observed', 20), ...items('ho', 12), text('notes')],
  primaryKey: ['familyid', 'observer'],
  indexes: [index('observed', 'observed')],
  foreignKeys: [familyKey('data_4_ho_i')],
}, function* (): Generator<Row> {
  for (const family of families) {
    const seen = family.seen['4'];
    if (seen === null) continue;
    for (const observer of [1, 2]) {
      const r = random(seed, `data_4_ho_i ${family.id} ${observer}`);
      if (r.chance(80 * observer)) continue;
      yield [family.id, observer, enteredDate(r, seen + r.between(20, 160)), ...answers(r, 12, 5, 1), r.chance(600) ? note(r, family) : null];
    }
  }
});

const birthRecord = (study: Study) => table({
  table: 'calc_4_br',
  columns: [...twinColumns, decimal('birthlength', 5, 2), decimal('headsize', 5, 2), int('apgar1'), int('apgar5'), float('risk'), int('rated')],
  primaryKey: ['familyid', 'twin'],
  foreignKeys: [familyKey('calc_4_br'), twinKey('calc_4_br')],
}, function* (): Generator<Row> {
  for (const [r, family, twin] of respondents(study, 'calc_4_br', '4', 900)) {
    yield [
      family.id, twin.number, fixed(r.bell(3900, 5600), 2), r.chance(900) ? fixed(r.bell(2900, 3800), 2) : null,
      likert(r, 10, 1), likert(r, 10, 4), r.below(2 ** 26) / 2 ** 20, r.pick([0, 1]),
    ];
  }
});
