import type {Row} from '@sluice/core';
import {
  decimal, familyKey, fixed, index, int, required, table, text, timestamp, unique, type Study, type StudyTable,
} from './study-columns.ts';
import {enteredDate, isoDateTime, slashDate, yearOf} from './study-dates.ts';
import {note} from './study-notes.ts';
import {ascii, phone} from './study-people.ts';
import {random} from './study-random.ts';
import {familyNames, mensNames, occupations, staffRoles, womensNames} from './study-words.ts';

/** Who takes part: the tables that hold names, addresses, birth dates and numbers. */
export const familyTables = (study: Study): StudyTable[] =>
  [genFamily, genTwins, genParentdates, genSiblings, genDeState, genHousehold, genStaff, genSocialSecurity].map(make => make(study));

const genFamily = ({seed, families}: Study) => table({
  table: 'gen_family',
  columns: [
    int('familyid', required),
    text('studycode', 12, {...required, comment: 'printed on every packet that is mailed'}),
    text('familylabel', 80),
    text('motherfirstname', 40), text('motherlastname', 40), text('mothermaidenname', 40),
    text('fatherfirstname', 40), text('fatherlastname', 40),
    text('address', 80), text('city', 40), text('state', 2, {default: {kind: 'literal', text: 'WI'}}), text('zip', 10),
    text('phonenumber', 20), text('email', 80), text('oldaddress', 160), text('comment'),
    text('initletter', 20), int('initresponse', {comment: '1 yes, 2 no, 3 later, 9998 no answer'}),
    text('otherproject', 80),
    int('status', {...required, default: {kind: 'literal', text: '1'}, comment: '1 active, 2 paused, 3 withdrawn'}),
    int('cohort', {comment: 'year of recruitment'}),
  ],
  primaryKey: ['familyid'],
  indexes: [unique('studycode', 'studycode'), index('motherlastname', 'motherlastname', 'motherfirstname'), index('cohort', 'cohort')],
  comment: 'one row for each family ever contacted',
}, function* (): Generator<Row> {
  for (const family of families) {
    const r = random(seed, `gen_family ${family.id}`);
    const {mother, father, address, formerAddress} = family;
    yield [
      family.id, `W${String(family.id).padStart(6, '0')}-${r.below(10)}`,
      r.pick([`${mother.last} twins`, `${father?.last ?? mother.last} family`, `${mother.first} & ${father?.first ?? 'kids'} ${mother.last}`]),
      mother.first, mother.last, mother.maiden, father?.first ?? null, father?.last ?? null,
      address.street, address.town, address.state, address.zip,
      family.phone, family.email,
      formerAddress && `${formerAddress.street}, ${formerAddress.town} ${formerAddress.state} ${formerAddress.zip}`,
      r.chance(350) ? note(r, family) : null,
      enteredDate(r, family.twins[0].birth + r.between(150, 700)), r.pick([1, 1, 1, 2, 3, 9998, null]),
      r.chance(60) ? `also in ${r.pick(familyNames)} lab's sleep study` : null,
      r.pick([1, 1, 1, 1, 2, 3]), yearOf(family.twins[0].birth) + 1,
    ];
  }
});

const genTwins = ({seed, families}: Study) => table({
  table: 'gen_twins',
  columns: [
    int('familyid', required), int('twin', {...required, comment: '1 first born, 2 second born'}),
    text('firstname', 40, required), text('lastname', 40, required), text('dateofbirth', 20),
    int('gender', {comment: '1 male, 2 female'}), int('zygosity', {comment: '1 identical, 2 fraternal, 9998 unknown'}),
    decimal('birthweight', 6, 3, {comment: 'pounds'}), int('participating', {...required, default: {kind: 'literal', text: '1'}}),
  ],
  primaryKey: ['familyid', 'twin'],
  indexes: [index('lastname', 'lastname', 'firstname')],
  foreignKeys: [familyKey('gen_twins')],
  checks: [{name: 'twin_number', dialect: 'sqlite', sql: 'twin BETWEEN 1 AND 3'}],
}, function* (): Generator<Row> {
  for (const family of families) {
    const r = random(seed, `gen_twins ${family.id}`);
    const zygosity = family.twins[0].female === family.twins[1].female ? r.pick([1, 1, 2, 2, 9998]) : 2;
    for (const twin of family.twins) {
      yield [
        family.id, twin.number, twin.first, twin.last, enteredDate(r, twin.birth), twin.female ? 2 : 1, zygosity,
        r.chance(930) ? fixed(r.bell(2500, 9200), 3) : null, r.chance(960) ? 1 : 0,
      ];
    }
  }
});

const genParentdates = ({seed, families}: Study) => table({
  table: 'gen_parentdates',
  columns: [int('familyid', required), text('motherdob', 20), text('fatherdob', 20), text('dateofbirth', 20, {comment: 'of the twins'})],
  primaryKey: ['familyid'],
  foreignKeys: [familyKey('gen_parentdates')],
}, function* (): Generator<Row> {
  for (const family of families) {
    const r = random(seed, `gen_parentdates ${family.id}`);
    if (r.chance(12)) continue;
    yield [
      family.id, enteredDate(r, family.mother.birth), enteredDate(r, family.father?.birth ?? null), enteredDate(r, family.twins[0].birth),
    ];
  }
});

const genSiblings = ({seed, families}: Study) => table({
  table: 'gen_siblings',
  columns: [
    int('id', {...required, autoIncrement: true}), int('familyid', required), int('sibling', required),
    text('firstname', 40), text('lastname', 40), text('dateofbirth', 20), text('dateofdeath', 20),
    int('gender'), int('relation', {comment: '1 full, 2 half, 3 step, 4 adopted, 9998 unknown'}), text('comments'),
  ],
  primaryKey: ['id'],
  indexes: [unique('family_sibling', 'familyid', 'sibling')],
  foreignKeys: [familyKey('gen_siblings')],
}, function* (): Generator<Row> {
  let id = 0;
  for (const family of families) {
    const r = random(seed, `gen_siblings ${family.id}`);
    for (const [i, sibling] of family.siblings.entries()) {
      yield [
        ++id, family.id, i + 1, sibling.first, r.chance(900) ? sibling.last : family.mother.maiden, enteredDate(r, sibling.birth),
        r.chance(8) ? slashDate(sibling.birth + r.between(20, 6000)) : null, sibling.female ? 2 : 1,
        r.pick([1, 1, 1, 1, 1, 2, 2, 3, 4, 9998]), r.chance(200) ? note(r, family) : null,
      ];
    }
  }
});

const genDeState = ({seed, families}: Study) => table({
  table: 'gen_de_state',
  columns: [
    int('familyid', required), timestamp('dob_m'), timestamp('dob_f'),
    int('education_m', {comment: 'years'}), int('education_f', {comment: 'years'}),
    int('prenatal_visits'), decimal('gestation', 4, 1, {comment: 'weeks'}), text('county', 30), int('c_section'),
  ],
  primaryKey: ['familyid'],
  foreignKeys: [familyKey('gen_de_state')],
  comment: 'from the state birth records',
}, function* (): Generator<Row> {
  for (const family of families) {
    const r = random(seed, `gen_de_state ${family.id}`);
    yield [
      family.id, isoDateTime(family.mother.birth), family.father && isoDateTime(family.father.birth),
      r.pick([8, 11, 12, 12, 13, 14, 16, 16, 18, 20, 9998]), family.father ? r.pick([9, 12, 12, 12, 14, 16, 16, 18, 9998]) : null,
      r.bell(0, 24), fixed(r.bell(260, 420), 1), `${family.address.town.split(' ')[0]} County`, r.pick([0, 0, 1, 9999]),
    ];
  }
});

const genHousehold = ({seed, families}: Study) => table({
  table: 'gen_household',
  columns: [
    int('familyid', required), int('person', required), text('name', 80), int('relation', {comment: '1 mother, 2 father, 3 twin, 4 sibling'}),
    int('yearofbirth'), text('occupation', 40), int('livesinhome'), text('phone', 20),
  ],
  primaryKey: ['familyid', 'person'],
  foreignKeys: [familyKey('gen_household')],
}, function* (): Generator<Row> {
  for (const family of families) {
    const r = random(seed, `gen_household ${family.id}`);
    const people = [
      {relation: 1, ...family.mother}, ...(family.father ? [{relation: 2, ...family.father}] : []),
      ...family.twins.map(twin => ({relation: 3, ...twin})), ...family.siblings.map(sibling => ({relation: 4, ...sibling})),
    ];
    for (const [i, person] of people.entries()) {
      const grown = person.relation < 3;
      yield [
        family.id, i + 1, `${person.first} ${person.last}`, person.relation, yearOf(person.birth),
        grown ? r.pick(occupations) : null, r.chance(910) ? 1 : 0, grown && r.chance(600) ? phone(r) : null,
      ];
    }
  }
});

const STAFF = 46;

const genStaff = ({seed}: Study) => table({
  table: 'gen_staff',
  columns: [
    int('staffid', {...required, autoIncrement: true}), text('name', 80, required), text('email', 80), text('phone', 20),
    text('role', 40), text('hired', 20),
  ],
  primaryKey: ['staffid'],
}, function* (): Generator<Row> {
  const r = random(seed, 'gen_staff');
  for (let id = 1; id <= STAFF; id++) {
    const first = r.pick(r.chance(600) ? womensNames : mensNames);
    const last = r.pick(familyNames);
    yield [id, `${first} ${last}`, `${ascii(last)}.${id}@example.org`, phone(r), r.pick(staffRoles), enteredDate(r, 7000 + r.below(6000))];
  }
});

/** The numbers of people for whom a payment was made; areas 900 and up are never given to anybody as a social security number. */
const genSocialSecurity = ({seed, families}: Study) => table({
  table: 'gen_social_security',
  columns: [int('familyid', required), int('person', required), text('name', 80), text('ssn', 11, required)],
  primaryKey: ['familyid', 'person'],
  indexes: [index('ssn', 'ssn')],
}, function* (): Generator<Row> {
  for (const family of families) {
    const r = random(seed, `gen_social_security ${family.id}`);
    for (const [i, parent] of [family.mother, family.father].entries()) {
      if (!parent || r.chance(300)) continue;
      yield [
        family.id, i + 1, `${parent.first} ${parent.last}`,
        `${r.between(900, 999)}-${String(r.between(1, 49)).padStart(2, '0')}-${String(r.between(1, 9999)).padStart(4, '0')}`,
      ];
    }
  }
});
