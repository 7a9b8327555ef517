import type {Row} from '@sluice/core';
import {
  bytes, decimal, familyKey, fixed, float, int, required, table, text, timestamp, twinKey, type Study, type StudyTable,
} from './study-columns.ts';
import {isoDateTime} from './study-dates.ts';
import {random, type Random} from './study-random.ts';
import {likert} from './study-tables-questionnaires.ts';

/** What was measured: reaction times, hormones, heart rates, palm prints. */
export const laboratoryTables = (study: Study): StudyTable[] => [colourWord(study), hormones(study), heartRate(study), palmprints(study)];

const TRIALS = 24;

/** No primary key: the program that recorded the trials wrote some of them twice. */
const colourWord = ({seed, families}: Study) => table({
  table: 'data_4_cw_t',
  columns: [int('familyid', required), int('twin', required), int('trial'), text('condition', 12), int('correct'), decimal('milliseconds', 9, 3)],
  primaryKey: [],
  indexes: [{name: 'familyid', unique: false, parts: [{column: 'familyid'}, {column: 'trial', descending: true}]}],
}, function* (): Generator<Row> {
  for (const family of families) {
    if (family.seen['4'] === null) continue;
    for (const {number} of family.twins) {
      const r = random(seed, `data_4_cw_t ${family.id} ${number}`);
      if (r.chance(180)) continue;
      for (let trial = 1; trial <= TRIALS; trial++) {
        const row = [
          family.id, number, trial, r.pick(['congruent', 'neutral', 'incongruent']), r.chance(910) ? 1 : 0,
          r.chance(985) ? fixed(r.bell(380_000, 2_400_000), 3) : null,
        ];
        yield row;
        if (r.chance(2)) yield [...row];
      }
    }
  }
});

const DAYS = 3;
const SAMPLES = 3;

const hormones = ({seed, families}: Study) => table({
  table: 'user_4_cort_dhea_t',
  columns: [
    int('familyid', required), int('twin', required), int('day', required), int('sample', required), timestamp('taken'),
    decimal('cortisol', 9, 4, {comment: 'nmol/l'}), decimal('dhea', 9, 3, {comment: 'pg/ml'}), float('variation'), text('batch', 12),
  ],
  primaryKey: ['familyid', 'twin', 'day', 'sample'],
  foreignKeys: [familyKey('user_4_cort_dhea_t'), twinKey('user_4_cort_dhea_t')],
}, function* (): Generator<Row> {
  for (const family of families) {
    const seen = family.seen['4'];
    if (seen === null) continue;
    for (const {number} of family.twins) {
      const r = random(seed, `user_4_cort_dhea_t ${family.id} ${number}`);
      if (r.chance(350)) continue;
      const batch = `${r.pick(['A', 'B', 'C'])}-${r.between(100, 180)}`;
      for (let sample = 0; sample < DAYS * SAMPLES; sample++) {
        const at = 7 * 3600 + (sample % SAMPLES) * 21_600 + r.below(5400);
        yield [
          family.id, number, Math.floor(sample / SAMPLES) + 1, (sample % SAMPLES) + 1,
          r.chance(960) ? isoDateTime(seen + 20 + Math.floor(sample / SAMPLES), at) : null,
          r.chance(950) ? fixed(r.bell(2500, 350_000), 4) : null, r.chance(940) ? fixed(r.bell(9000, 420_000), 3) : null,
          r.below(1_000_000) / 65_536, batch,
        ];
      }
    }
  }
});

const heartRate = ({seed, families}: Study) => table({
  table: 'data_at_ph',
  columns: [
    int('familyid', required), int('twin', required), timestamp('recorded'), decimal('heartrate', 5, 1), decimal('skinconductance', 7, 4), int('artifacts'),
  ],
  primaryKey: ['familyid', 'twin'],
  foreignKeys: [familyKey('data_at_ph'), twinKey('data_at_ph')],
}, function* (): Generator<Row> {
  for (const family of families) {
    const seen = family.seen.at;
    if (seen === null) continue;
    for (const {number} of family.twins) {
      const r = random(seed, `data_at_ph ${family.id} ${number}`);
      if (r.chance(90)) continue;
      yield [
        family.id, number, isoDateTime(seen, r.between(16, 36) * 1800 + r.below(1800)), r.chance(950) ? fixed(r.bell(540, 1180), 1) : null,
        fixed(r.bell(5000, 220_000), 4), likert(r, 6),
      ];
    }
  }
});

const palmprints = ({seed, families}: Study) => table({
  table: 'data_palmprints',
  columns: [
    int('familyid', required), int('twin', required), text('hand', 5, required), int('ridgecount'), int('quality'), bytes('image'),
    text('filename', 80),
  ],
  primaryKey: ['familyid', 'twin', 'hand'],
  foreignKeys: [familyKey('data_palmprints'), twinKey('data_palmprints')],
}, function* (): Generator<Row> {
  for (const family of families) {
    if (family.seen.r1 === null) continue;
    for (const twin of family.twins) {
      for (const hand of ['left', 'right']) {
        const r = random(seed, `data_palmprints ${family.id} ${twin.number} ${hand}`);
        if (r.chance(60)) continue;
        const filename = `${twin.last}_${twin.first}_${hand}.pgm`;
        yield [family.id, twin.number, hand, r.bell(20, 60), r.between(1, 5), ridges(r, filename), filename];
      }
    }
  }
});

const WIDTH = 40;

/** A small image of ridges: a portable graymap (PGM, P5) with the file's name in its comment, as scanners leave it. */
function ridges(random: Random, comment: string): Uint8Array {
  const header = new TextEncoder().encode(`P5\n# ${comment}\n${WIDTH} ${WIDTH}\n255\n`);
  const image = new Uint8Array(header.length + WIDTH * WIDTH);
  image.set(header);
  const [slope, bend, period] = [random.between(1, 5), random.between(3, 9), random.between(5, 9)];
  for (let y = 0; y < WIDTH; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const along = (x * slope + y * 3 + Math.floor(((x - 20) * (y - 20)) / (bend * 4))) % (period * 2);
      const height = Math.abs(Math.abs(along) - period);
      image[header.length + y * WIDTH + x] = Math.min(255, Math.floor((height * 220) / period) + (random.next() & 31));
    }
  }
  return image;
}
