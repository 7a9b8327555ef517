import type {Kind} from '@sluice/identifiers';
import type {ColumnChoice, Rules, TableChoice} from '../choose-table.ts';
import {isCapped} from '../claims.ts';
import {BIRTH_DATE} from '../suggest.ts';
import type {PlacedLimit} from './limits.ts';

interface Placed {
  readonly table: string;
  readonly choice: ColumnChoice;
  readonly kind: Kind | null;
}

/** What two columns tell together, each of which tells little: within one table, and among tables that say whose rows they have. */
export function pairLimits(rules: Rules, choices: ReadonlyMap<string, TableChoice>): PlacedLimit[] {
  const groups: Placed[][] = [];
  const ofSubjects: Placed[] = [];
  for (const [table, {columns, subject}] of choices) {
    const placed = columns.map((choice): Placed => ({table, choice, kind: kindOf(rules, choice)}));
    if (subject === null) groups.push(placed);
    else for (const one of placed) ofSubjects.push(one);
  }
  if (ofSubjects.length > 0) groups.push(ofSubjects);
  return groups.flatMap(group => [...cappedAges(group), ...shiftedDates(group), ...hiddenKeys(group, choices)]);
}

/** Ages capped at 90 while the true year of birth stands beside them: a defect seen in the field. 45 CFR 164.514(b)(2)(i)(C). */
function cappedAges(group: readonly Placed[]): PlacedLimit[] {
  const capped = group.find(({choice: {use}, kind}) => use !== null && isCapped(use) && (kind === 'age' || use.method.name === 'age90'));
  if (!capped) return [];
  return group.filter(({choice: {use, treatment}, kind}) => kind === 'date.birth' && use !== null && use.method.name !== 'yearFloor90'
    && (treatment.kind === 'keep' || (treatment.kind === 'change' && use.method.claim !== 'expert' && treatment.joins === undefined)))
    .map(birth => limit(birth, 'limited-data-set', `tells by ${nameOf(birth)} the ages over 89 that ${nameOf(capped)} hides: use yearFloor90`));
}

/** All dates of a person move by the same number of days: one that does not move tells it. */
function shiftedDates(group: readonly Placed[]): PlacedLimit[] {
  const shifted = group.find(({choice: {use}}) => use?.method.name === 'dateShift');
  if (!shifted) return [];
  return group.filter(({choice: {treatment, rule}, kind}) => treatment.kind === 'keep' && kind?.startsWith('date.') && (rule?.identifier === undefined || rule.identifier.class === 'C'))
    .map(kept => ({...limit(kept, 'expert', ''), claim: null, why: `keeps a date beside ${nameOf(shifted)}, which is shifted: it tells by how many days; shift it too, or say by \`class\` that it is no date of the person`}));
}

/** A key that points to an identifier which is taken out where it comes from. */
function hiddenKeys(group: readonly Placed[], choices: ReadonlyMap<string, TableChoice>): PlacedLimit[] {
  return group.flatMap(placed => {
    const {table, choice: {column, treatment, rule}} = placed;
    if (treatment.kind !== 'keep' || rule?.reason !== undefined || rule?.identifier !== undefined) return [];
    const keys = (choices.get(table)!.schema.foreignKeys ?? []).filter(({columns}) => columns.includes(column));
    return keys.flatMap(key => {
      const target = choices.get(key.table)?.columns.find(one => one.column === key.referencedColumns[key.columns.indexOf(column)]);
      const letter = target?.rule?.identifier?.class;
      if (!target || letter === undefined || letter.length > 1 || target.treatment.kind === 'keep' || target.treatment.kind === 'change') return [];
      return [limit(placed, 'limited-data-set', `keeps what is taken out of ${key.table}.${target.column}, an identifier of class ${letter}: treat it alike, or give it a class or a reason`)];
    });
  });
}

const nameOf = ({table, choice}: Placed): string => `${table}.${choice.column}`;

const limit = (placed: Placed, claim: 'limited-data-set' | 'expert', why: string): PlacedLimit =>
  ({path: nameOf(placed), claim, why: `${placed.choice.rule === null ? '' : `${placed.choice.rule.place()}: `}${why}`});

/** What the policy says the column is, otherwise what its name or type makes one think of. */
function kindOf({suggest}: Rules, {rule, source, use}: ColumnChoice): Kind | null {
  if (rule?.identifier !== undefined) return rule.identifier.kind;
  if (use === null || use.method.name === 'drop') return null;
  const kind = suggest(source, 'safe-harbor')?.kind;
  return kind === BIRTH_DATE ? 'date.birth' : kind === 'C, date' ? 'date.other' : kind === 'C, age' ? 'age' : null;
}
