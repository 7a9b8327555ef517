import type {Column, Row} from '@sluice/core';
import {
  date, decimal, familyKey, fixed, index, int, required, table, text, timestamp, type Study, type StudyTable,
} from './study-columns.ts';
import {enteredDate, isoDate, isoDateTime, slashDate, yearOf, type Day} from './study-dates.ts';
import {note} from './study-notes.ts';
import {phone, type Family, type Phase} from './study-people.ts';
import {random, type Random} from './study-random.ts';

/** When each family was contacted in each phase: the dates from which ages are computed. */
export const trackerTables = (study: Study): StudyTable[] => [
  tracker(study, 'data_1_tr', '1', [text('intdate', 20), int('interviewer'), int('status')], (r, _, seen) =>
    [enteredDate(r, seen), r.between(1, 46), r.pick([1, 1, 1, 2, 9998])]),
  tracker(study, 'data_3_tr', '3', [timestamp('packsent'), timestamp('packback'), int('reminders')], (r, _, seen) =>
    [r.chance(985) ? isoDateTime(seen) : null, r.chance(900) ? isoDateTime(seen + r.between(9, 120), r.below(86_400)) : null, r.below(4)]),
  tracker(study, 'data_4_tr', '4', [
    text('packsent', 20), text('packback', 20), timestamp('visitdate'), text('site', 20), decimal('payment', 7, 2),
    text('contactname', 80), text('contactphone', 20), text('call notes'),
  ], (r, family, seen) => [
    r.chance(4) ? mistyped(seen) : enteredDate(r, seen), enteredDate(r, seen + r.between(9, 90)),
    r.chance(800) ? isoDateTime(seen + r.between(20, 160), r.between(16, 38) * 1800) : null,
    r.pick(['Madison', 'Madison', 'home', 'Milwaukee']), fixed(r.pick([2500, 4000, 7500, 12_050]), 2),
    r.chance(700) ? `${family.mother.first} ${family.mother.last}` : null, r.chance(600) ? phone(r) : null, r.chance(300) ? note(r, family) : null,
  ]),
  tracker(study, 'data_5_tr', '5', [text('p5packetsent', 20), text('p5packetback', 20), int('p5status')], (r, _, seen) =>
    [enteredDate(r, seen), enteredDate(r, seen + r.between(9, 200)), r.pick([1, 1, 2, 3, 9999])]),
  tracker(study, 'data_r1_tr', 'r1', [timestamp('twadps'), int('consent'), int('scanned'), decimal('payment', 7, 2)], (r, _, seen) =>
    [r.chance(970) ? isoDateTime(seen, r.between(16, 36) * 1800) : null, 1, r.pick([0, 1, 1]), fixed(r.pick([10_000, 22_500]), 2)]),
  tracker(study, 'data_s_tr', 's', [text('date complete', 20), int('number of calls'), int('outcome'), text('caller', 40)], (r, family, seen) =>
    [enteredDate(r, seen), r.bell(1, 14), r.pick([1, 1, 1, 2, 4, 9998]), family.id % 7 === 0 ? null : r.pick(['day shift', 'evening shift'])]),
  dataAtDates(study),
];

/**
 * One row for each family seen in the phase; about one in sixty was entered twice, with another
 * date, and one in sixty was forgotten.
 */
function tracker(
  {seed, families}: Study, name: string, phase: Phase, columns: readonly Column[],
  values: (random: Random, family: Family, seen: Day) => Row,
): StudyTable {
  return table({
    table: name,
    columns: [int('id', {...required, autoIncrement: true}), int('familyid', required), ...columns],
    primaryKey: ['id'],
    indexes: [index('familyid', 'familyid')],
    foreignKeys: [familyKey(name)],
  }, function* () {
    let id = 0;
    for (const family of families) {
      const seen = family.seen[phase];
      const r = random(seed, `${name} ${family.id}`);
      if (seen === null || r.chance(16)) continue;
      yield [++id, family.id, ...values(r, family, seen)];
      if (r.chance(16)) yield [++id, family.id, ...values(r, family, seen + r.between(1, 300))];
    }
  });
}

const dataAtDates = ({seed, families}: Study) => table({
  table: 'data_at_dates',
  columns: [int('familyid', required), date('atdate'), text('site', 20)],
  primaryKey: ['familyid'],
  foreignKeys: [familyKey('data_at_dates')],
}, function* (): Generator<Row> {
  for (const family of families) {
    const seen = family.seen.at;
    const r = random(seed, `data_at_dates ${family.id}`);
    if (seen !== null && !r.chance(16)) yield [family.id, r.chance(980) ? isoDate(seen) : null, r.pick(['Madison', 'home'])];
  }
});

/** The day in the wrong century: an age computed from it is negative. */
const mistyped = (of: Day): string => slashDate(of).replace(/\d{4}$/u, `19${String(yearOf(of)).slice(2).replace(/^[89]/u, '0')}`);
