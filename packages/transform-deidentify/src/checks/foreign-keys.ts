import type {ForeignKey, Problem} from '@sluice/core';
import type {ColumnChoice, Rules, TableChoice} from '../choose-table.ts';

type Choices = ReadonlyMap<string, TableChoice>;

/**
 * Ends of a foreign key that are not treated alike, and columns that tell whose row it is: they would not join,
 * and a kept end hands out what the other end hides. Ends that are dropped or blanked are nobody's key any more.
 */
export function foreignKeyProblems({policy}: Rules, choices: Choices): Problem[] {
  return problemsOf(choices, () => true, ({rule}) => (rule?.constraints ?? policy.constraints) === 'fail');
}

/** The same between tables that different policies, or none, decide about: `apart` says which those are. No policy may let such ends differ. */
export function foreignKeyProblemsBetween(choices: Choices, apart: (table: string, other: string) => boolean): Problem[] {
  return problemsOf(choices, apart, () => true);
}

function problemsOf(choices: Choices, related: (table: string, other: string) => boolean, isStrict: (here: ColumnChoice) => boolean): Problem[] {
  const find = finder(choices);
  const problems: Problem[] = [];
  for (const [table, {schema}] of choices) {
    for (const key of schema.foreignKeys ?? []) {
      if (!related(table, key.table)) continue;
      for (const [i, name] of key.columns.entries()) {
        const here = find(table, name);
        const there = find(key.table, key.referencedColumns[i]!);
        if (!here || !there || !differ(here, there)) continue;
        if ([here, there].some(isPseudonym) || isStrict(here)) problems.push(apart(table, here, `${key.table}.${there.column}`, there, describe(key)));
      }
    }
  }
  return [...problems, ...subjectProblems(choices, problems, related)];
}

/** Keys of persons with the same names in several tables, where one of them is a pseudonym. Studies seldom declare foreign keys. */
function subjectProblems(choices: Choices, known: readonly Problem[], related: (table: string, other: string) => boolean): Problem[] {
  const byName = new Map<string, {readonly table: string; readonly choice: ColumnChoice}[]>();
  for (const [table, {subject, columns}] of choices) {
    for (const choice of columns) {
      if (!subject?.includes(choice.column) || isGone(choice)) continue;
      byName.set(choice.column, [...byName.get(choice.column) ?? [], {table, choice}]);
    }
  }
  return [...byName.values()].flatMap(all => all.flatMap(({table, choice}): Problem[] => {
    const first = all.find(other => isPseudonym(other.choice) && related(table, other.table));
    if (!first || !differ(choice, first.choice) || known.some(({path}) => path === `${table}.${choice.column}`)) return [];
    return [apart(table, choice, `${first.table}.${first.choice.column}`, first.choice, 'tells whose row it is, as')];
  }));
}

function finder(choices: Choices): (table: string, column: string) => ColumnChoice | undefined {
  const known = new Map<TableChoice, ReadonlyMap<string, ColumnChoice>>();
  return (table, column) => {
    const choice = choices.get(table);
    if (choice === undefined) return undefined;
    let columns = known.get(choice);
    if (!columns) known.set(choice, columns = new Map(choice.columns.map(one => [one.column, one])));
    return columns.get(column);
  };
}

const isGone = ({treatment}: ColumnChoice): boolean => treatment.kind === 'drop' || treatment.kind === 'fill';

/** Values that join with others of the same domain. */
const isPseudonym = ({treatment}: ColumnChoice): boolean => treatment.kind === 'change' && treatment.joins !== undefined;

function differ(here: ColumnChoice, there: ColumnChoice): boolean {
  if (isGone(here) || isGone(there)) return false;
  return joinsOf(here) !== joinsOf(there);
}

/** Methods that lose something join with nothing, but two that do the same lose the same. */
const joinsOf = ({treatment, use}: ColumnChoice): string => (treatment.kind !== 'change' ? '' : treatment.joins ?? `lossy ${use?.text ?? ''}`);

const describe = ({name}: ForeignKey): string => `refers by the foreign key ${name} to`;

const apart = (table: string, here: ColumnChoice, other: string, there: ColumnChoice, how: string): Problem => ({
  path: `${table}.${here.column}`,
  message: `${here.rule === null ? '' : `${here.rule.place()}: `}${how} ${other}, and the two are not treated alike (${said(here)} here, ${said(there)} there): they would not join`,
});

const said = ({use}: ColumnChoice): string => use?.text ?? 'kept';
