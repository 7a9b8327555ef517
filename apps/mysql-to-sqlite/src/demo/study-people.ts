import {day, type Day} from './study-dates.ts';
import {random, type Random} from './study-random.ts';
import {areaCodes, familyNames, mensNames, streetKinds, streets, towns, womensNames} from './study-words.ts';

export interface StudyOptions {
  /** How many families take part; the demo has 2,000. */
  readonly families: number;
  /** The same seed gives the same study, byte for byte. */
  readonly seed: number;
}

export interface Person {
  readonly first: string;
  readonly last: string;
  readonly birth: Day;
  readonly female: boolean;
}

export interface Twin extends Person {
  readonly number: 1 | 2;
}

export interface Address {
  readonly street: string;
  readonly town: string;
  readonly state: string;
  readonly zip: string;
}

/** The waves of the study. */
export const phases = ['1', 's', '3', '4', '5', 'r1', 'at'] as const;
export type Phase = (typeof phases)[number];

export interface Family {
  readonly id: number;
  readonly mother: Person & {readonly maiden: string};
  readonly father: Person | null;
  readonly twins: readonly [Twin, Twin];
  readonly siblings: readonly Person[];
  readonly address: Address;
  readonly formerAddress: Address | null;
  readonly phone: string;
  readonly email: string | null;
  /** When the family was seen in each phase; null when it did not take part. */
  readonly seen: Readonly<Record<Phase, Day | null>>;
}

export const FIRST_FAMILY = 1001;

/** Each family comes from a stream of its own: a larger study begins with the families of a smaller one. */
export function families({families: count, seed}: StudyOptions): readonly Family[] {
  return Array.from({length: count}, (_, i) => family(random(seed, `family ${FIRST_FAMILY + i}`), FIRST_FAMILY + i));
}

function family(random: Random, id: number): Family {
  const last = random.pick(familyNames);
  const maiden = random.pick(familyNames);
  const birth = day(1988, 6, 1) + random.below(5600);
  const mother = {...person(random, true, random.chance(700) ? last : maiden, birth - random.bell(6800, 15_300)), maiden};
  const father = random.chance(930) ? person(random, false, last, birth - random.bell(7000, 17_500)) : null;
  const identical = random.chance(340);
  const female = random.chance(490);
  const first = person(random, female, last, birth);
  const second = person(random, identical ? female : random.chance(500), last, birth + (random.chance(60) ? 1 : 0), first.first);
  const siblings = Array.from({length: random.pick([0, 0, 1, 1, 1, 2, 3])}, () =>
    person(random, random.chance(490), last, birth + (random.chance(550) ? -random.between(400, 4000) : random.between(400, 3000))));
  return {
    id, mother, father, siblings,
    twins: [{...first, number: 1}, {...second, number: 2}],
    address: address(random),
    formerAddress: random.chance(280) ? address(random) : null,
    phone: phone(random),
    email: random.chance(850) ? `${ascii(mother.first)}.${ascii(mother.last)}.${id}@example.org` : null,
    seen: {
      '1': visit(random, 780, birth, 330, 700),
      's': visit(random, 950, birth, 2100, 2900),
      '3': visit(random, 700, birth, 2500, 3000),
      '4': visit(random, 640, birth, 2900, 3400),
      '5': visit(random, 500, birth, 4300, 5300),
      'r1': visit(random, 330, birth, 5500, 6800),
      'at': visit(random, 180, birth, 3000, 4400),
    },
  };
}

function person(random: Random, female: boolean, last: string, birth: Day, unlike?: string): Person {
  const names = (female ? womensNames : mensNames).filter(name => name !== unlike);
  return {first: random.pick(names), last, birth, female};
}

function address(random: Random): Address {
  const [town, state, zip] = random.pick(towns);
  const unit = random.chance(120) ? ` Apt ${random.between(1, 40)}${random.pick(['A', 'B', 'C', ''])}` : '';
  return {
    street: `${random.between(100, 9899)} ${random.pick(streets)} ${random.pick(streetKinds)}${unit}`,
    town, state, zip: `${zip}${String(random.below(100)).padStart(2, '0')}`,
  };
}

export function phone(random: Random): string {
  const line = `555-01${String(random.below(100)).padStart(2, '0')}`;
  const area = random.pick(areaCodes);
  return random.pick([`(${area}) ${line}`, `${area}-${line}`, `${area}-${line}`, `1 ${area} ${line}`]);
}

const visit = (random: Random, perMille: number, birth: Day, after: number, before: number): Day | null =>
  random.chance(perMille) ? birth + random.between(after, before) : null;

/** The letters of an e-mail address: lower case, without marks. */
export const ascii = (name: string): string =>
  name.replaceAll('ł', 'l').replaceAll('ø', 'o').normalize('NFD').replace(/[^A-Za-z]/gu, '').toLowerCase();
