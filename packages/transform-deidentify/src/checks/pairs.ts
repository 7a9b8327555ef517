import type {Kind} from '@sluice/identifiers';
import type {ColumnChoice, Rules, TableChoice} from '../choose-table.ts';
import {isCapped} from '../claims.ts';
import {innermost} from '../method-use.ts';
import type {Profile} from '../methods/method.ts';
import type {MethodUse} from '../policy.ts';
import {BIRTH_DATE} from '../suggest.ts';
import type {PlacedLimit} from './limits.ts';

interface Placed {
  readonly table: string;
  readonly choice: ColumnChoice;
}

/** What two columns tell together, each of which tells little: within one table, and among tables that say whose rows they have. */
export function pairLimits(rules: Rules, choices: ReadonlyMap<string, TableChoice>): PlacedLimit[] {
  const groups: Placed[][] = [];
  const ofSubjects: Placed[] = [];
  for (const [table, {columns, subject}] of choices) {
    const group: Placed[] = subject === null ? [] : ofSubjects;
    for (const choice of columns) if (choice.treatment.kind === 'keep' || choice.treatment.kind === 'change') group.push({table, choice});
    if (subject === null && group.some(({choice: {use}}) => use !== null && telling(use))) groups.push(group);
  }
  return [
    ...[...groups, ofSubjects].flatMap(group => [...cappedAges(rules, group), ...shiftedDates(rules, group)]),
    ...[...choices.values()].flatMap(choice => hiddenKeys(choice, choices)),
  ];
}

/** What another column can undo. */
const telling = (use: MethodUse): boolean => isCapped(use) || use.method.name === 'dateShift';

/** Ages capped at 90 while the true year of birth stands beside them: a defect seen in the field. 45 CFR 164.514(b)(2)(i)(C). */
function cappedAges(rules: Rules, group: readonly Placed[]): PlacedLimit[] {
  const capped = group.find(({choice}) => choice.use !== null && isCapped(choice.use) && (innermost(choice.use).method.name === 'age90' || kindOf(rules, choice) === 'age'));
  if (!capped) return [];
  return group.filter(({choice}) => {
    const {use, treatment} = choice;
    return use !== null && use.method.derived && !['yearFloor90', 'dateShift'].includes(innermost(use).method.name)
      && !(treatment.kind === 'change' && treatment.joins !== undefined) && kindOf(rules, choice) === 'date.birth';
  })
    .map(birth => limit(birth, 'limited-data-set', `tells by ${nameOf(birth)} the ages over 89 that ${nameOf(capped)} hides: use yearFloor90`));
}

/** All dates of a person move by the same number of days: one that does not move tells it. */
function shiftedDates(rules: Rules, group: readonly Placed[]): PlacedLimit[] {
  const shifted = group.find(({choice: {use}}) => use?.method.name === 'dateShift');
  if (!shifted) return [];
  return group.filter(({choice}) => choice.treatment.kind === 'keep' && kindOf(rules, choice)?.startsWith('date.'))
    .map(kept => limit(kept, null, `keeps a date beside ${nameOf(shifted)}, which is shifted: it tells by how many days; shift it too, or say by \`class\` that it is no date of the person`));
}

/** A key that points to an identifier which is taken out where it comes from. */
function hiddenKeys({schema: {table, foreignKeys = []}, columns}: TableChoice, choices: ReadonlyMap<string, TableChoice>): PlacedLimit[] {
  return foreignKeys.flatMap(key => key.columns.flatMap((name, i) => {
    const choice = columns.find(({column}) => column === name);
    if (choice?.treatment.kind !== 'keep' || choice.rule?.reason !== undefined || choice.rule?.identifier !== undefined) return [];
    const target = choices.get(key.table)?.columns.find(({column}) => column === key.referencedColumns[i]);
    const letter = target?.rule?.identifier?.class;
    if (!target || letter === undefined || letter.length > 1 || target.treatment.kind === 'keep' || target.treatment.kind === 'change') return [];
    return [limit({table, choice}, 'limited-data-set', `keeps what is taken out of ${key.table}.${target.column}, an identifier of class ${letter}: treat it alike, or give it a class or a reason`)];
  }));
}

const nameOf = ({table, choice}: Placed): string => `${table}.${choice.column}`;

const limit = (placed: Placed, claim: Profile | null, why: string): PlacedLimit =>
  ({path: nameOf(placed), claim, why: `${placed.choice.rule === null ? '' : `${placed.choice.rule.place()}: `}${why}`});

/** What the policy says the column is, otherwise what its name or type makes one think of. */
function kindOf({suggest}: Rules, {rule, source, use}: ColumnChoice): Kind | null {
  if (rule?.identifier !== undefined) return rule.identifier.kind ?? (rule.identifier.class === 'C' ? 'date.other' : null);
  if (use === null || use.method.name === 'drop') return null;
  const kind = suggest(source, 'safe-harbor')?.kind;
  return kind === BIRTH_DATE ? 'date.birth' : kind === 'C, date' ? 'date.other' : kind === 'C, age' ? 'age' : null;
}
