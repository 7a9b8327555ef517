import type {Column} from '@sluice/core';
import type {Kind} from '@sluice/identifiers/classes';
import type {ColumnChoice, Rules, TableChoice} from '../choose-table.ts';
import {isCapped} from '../claims.ts';
import {leafColumn} from '../json/leaf.ts';
import {innermost} from '../method-use.ts';
import type {Profile} from '../methods/method.ts';
import type {ColumnRule, JsonPathRule, MethodUse} from '../policy.ts';
import {BIRTH_DATE} from '../suggest.ts';
import type {PlacedLimit} from './limits.ts';

/** A column, or a path in a document, that is kept or computed. */
interface Placed {
  /** `table.column`, with a JSON path after a blank. */
  readonly path: string;
  readonly rule: ColumnRule | JsonPathRule;
  readonly use: MethodUse;
  readonly isKept: boolean;
  /** It is a pseudonym: nothing of the value is left. */
  readonly isPseudonym: boolean;
  readonly column: Column;
}

/** What two columns tell together, each of which tells little: within one table, and among tables that say whose rows they have. */
export function pairLimits(rules: Rules, choices: ReadonlyMap<string, TableChoice>): PlacedLimit[] {
  const groups: Placed[][] = [];
  const ofSubjects: Placed[] = [];
  for (const [table, {columns, subject}] of choices) {
    if (subject !== null) ofSubjects.push(...columns.flatMap(choice => placed(table, choice)));
    // Placing all columns of all tables would cost more than all the rest.
    else if (columns.some(({use}) => use !== null && (use.json !== undefined || telling(use)))) groups.push(columns.flatMap(choice => placed(table, choice)));
  }
  return [
    ...[...groups, ofSubjects].flatMap(group => [...cappedAges(rules, group), ...shiftedDates(rules, group)]),
    ...[...choices.values()].flatMap(choice => hiddenKeys(choice, choices)),
  ];
}

function placed(table: string, {column, rule, use, treatment, source}: ColumnChoice): Placed[] {
  if (rule === null || use === null || (treatment.kind !== 'keep' && treatment.kind !== 'change')) return [];
  const path = `${table}.${column}`;
  if (use.json) {
    return use.json.paths.flatMap((one): Placed[] => (one.use === null || one.effect === 'drop' ? [] : [{
      path: `${path} ${one.path}`, rule: one, use: one.use, isKept: one.effect === 'keep', isPseudonym: one.use.method.needs?.domain === true, column: leafColumn(one),
    }]));
  }
  return [{path, rule, use, isKept: treatment.kind === 'keep', isPseudonym: treatment.kind === 'change' && treatment.joins !== undefined, column: source}];
}

/** What another column can undo. */
const telling = (use: MethodUse): boolean => isCapped(use) || use.method.name === 'dateShift';

/** Ages capped at 90 while the true year of birth stands beside them: a defect seen in the field. 45 CFR 164.514(b)(2)(i)(C). */
function cappedAges(rules: Rules, group: readonly Placed[]): PlacedLimit[] {
  const capped = group.find(one => isCapped(one.use) && (innermost(one.use).method.name === 'age90' || kindOf(rules, one) === 'age'));
  if (!capped) return [];
  return group.filter(one => one.use.method.derived && !one.isPseudonym && !['yearFloor90', 'dateShift'].includes(innermost(one.use).method.name) && kindOf(rules, one) === 'date.birth')
    .map(birth => limit(birth, 'limited-data-set', `tells by ${birth.path} the ages over 89 that ${capped.path} hides: use yearFloor90`));
}

/** All dates of a person move by the same number of days: one that does not move tells it. */
function shiftedDates(rules: Rules, group: readonly Placed[]): PlacedLimit[] {
  const shifted = group.find(({use}) => use.method.name === 'dateShift');
  if (!shifted) return [];
  return group.filter(one => one.isKept && kindOf(rules, one)?.startsWith('date.'))
    .map(kept => limit(kept, null, `keeps a date beside ${shifted.path}, which is shifted: it tells by how many days; shift it too, or say by \`class\` that it is no date of the person`));
}

/** A key that points to an identifier which is taken out where it comes from. */
function hiddenKeys({schema: {table, foreignKeys = []}, columns}: TableChoice, choices: ReadonlyMap<string, TableChoice>): PlacedLimit[] {
  return foreignKeys.flatMap(key => key.columns.flatMap((name, i) => {
    const choice = columns.find(({column}) => column === name);
    if (choice?.treatment.kind !== 'keep' || choice.rule?.reason !== undefined || choice.rule?.identifier !== undefined) return [];
    const target = choices.get(key.table)?.columns.find(({column}) => column === key.referencedColumns[i]);
    const letter = target?.rule?.identifier?.class;
    if (!target || letter === undefined || letter.length > 1 || target.treatment.kind === 'keep' || target.treatment.kind === 'change') return [];
    return [{path: `${table}.${name}`, claim: 'limited-data-set' as const,
      why: `${choice.rule === null ? '' : `${choice.rule.place()}: `}keeps what is taken out of ${key.table}.${target.column}, an identifier of class ${letter}: treat it alike, or give it a class or a reason`}];
  }));
}

const limit = ({path, rule}: Placed, claim: Profile | null, why: string): PlacedLimit => ({path, claim, why: `${rule.place()}: ${why}`});

/** What the policy says it is, otherwise what its name or type makes one think of. */
function kindOf({suggest}: Rules, {rule: {identifier}, column}: Placed): Kind | null {
  if (identifier !== undefined) return identifier.kind ?? (identifier.class === 'C' ? 'date.other' : null);
  const kind = suggest(column, 'safe-harbor')?.kind;
  return kind === BIRTH_DATE ? 'date.birth' : kind === 'C, date' ? 'date.other' : kind === 'C, age' ? 'age' : null;
}
