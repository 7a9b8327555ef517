import type {Problem, Schema} from '@sluice/core';
import type {ColumnChoice, Rules, TableChoice} from '../choose-table.ts';
import {mentions} from '../schema-changes.ts';
import {roomOf} from '../room.ts';

/**
 * What the schema promises and changed values cannot keep: keys, NOT NULL, lengths, the words of enumerations,
 * checks. With `constraints: relax`, of the policy or of the column, they are left out of the schema instead, and listed. A column that is
 * dropped or blanked takes its keys and checks with it: nobody expects anything else.
 */
export function promiseProblems({policy}: Rules, choices: ReadonlyMap<string, TableChoice>): Problem[] {
  return [...choices.values()].flatMap(({schema, columns}) => {
    if (!columns.some(({treatment: {kind}}) => kind === 'change' || kind === 'fill')) return [];
    const strict = new Map(columns.filter(({rule}) => (rule?.constraints ?? policy.constraints) === 'fail').map(choice => [choice.column, choice]));
    if (strict.size === 0) return [];
    const all = new Map(columns.map(choice => [choice.column, choice]));
    return [...uniqueKeys(schema, strict, all), ...[...strict.values()].flatMap(choice => ofColumn(schema, choice)), ...checks(schema, strict)];
  });
}

type Choices = ReadonlyMap<string, ColumnChoice>;

const RELAX = '; `constraints: relax` leaves it out of the schema';

function uniqueKeys({table, primaryKey, indexes = []}: Schema, strict: Choices, all: Choices): Problem[] {
  const keys = [
    ...primaryKey.length > 0 ? [{name: 'the primary key', columns: primaryKey}] : [],
    ...indexes.flatMap(({name, unique, parts}) => (unique ? [{name: `the unique index ${name}`, columns: parts.flatMap(({column}) => (column === null ? [] : [column]))}] : [])),
  ];
  return keys.flatMap(({name, columns}): Problem[] => {
    if (columns.some(column => isGone(all.get(column)))) return [];
    const lossy = columns.map(column => strict.get(column)).find(choice => choice !== undefined && fallsTogether(choice));
    return lossy === undefined ? [] : [problem(table, lossy, `${what(lossy)} lets different values of ${name} fall together: use drop, or a pseudonym of an identity domain${RELAX}`)];
  });
}

function ofColumn({table}: Schema, choice: ColumnChoice): Problem[] {
  const {source, treatment} = choice;
  if (treatment.kind === 'keep' || treatment.kind === 'drop') return [];
  const problems: Problem[] = [];
  const {column} = treatment;
  if (treatment.kind === 'fill' && treatment.value === null && !source.nullable) {
    problems.push(problem(table, choice, `${what(choice)} makes NULL of every value, and the column is NOT NULL: use drop or constant; \`constraints: relax\` lets it be NULL`));
  }
  const longest = roomOf(source);
  if (treatment.kind === 'change' && longest !== undefined && column.type === source.type && (column.maxLength ?? Infinity) > longest && choice.use?.json === undefined) {
    const needed = column.maxLength === undefined ? 'can be of any length' : `needs ${column.maxLength}`;
    problems.push(problem(table, choice, `what ${what(choice)} makes ${needed}, and the column has room for ${longest}; \`constraints: relax\` makes it wider`));
  }
  if (treatment.kind === 'change' && source.enumValues && choice.use?.json === undefined) {
    problems.push(problem(table, choice, `${what(choice)} makes other values than the words of the enumeration${RELAX}`));
  }
  return problems;
}

function checks({table, checks: all = []}: Schema, strict: Choices): Problem[] {
  const computed = [...strict.values()].filter(({treatment}) => treatment.kind === 'change' || (treatment.kind === 'fill' && treatment.value !== null));
  return all.flatMap(check => {
    const used = computed.find(({column}) => mentions(check, [column]));
    return used ? [problem(table, used, `${what(used)} makes values that the check ${check.name} need not hold for${RELAX}`)] : [];
  });
}

/** Its key goes with it. */
const isGone = (choice: ColumnChoice | undefined): boolean =>
  choice === undefined || choice.treatment.kind === 'drop' || (choice.treatment.kind === 'fill' && choice.treatment.value === null);

const fallsTogether = ({treatment}: ColumnChoice): boolean =>
  treatment.kind === 'fill' || (treatment.kind === 'change' && treatment.joins === undefined);

const what = ({use}: ColumnChoice): string => use?.method.name ?? 'the policy';

const problem = (table: string, {column, rule}: ColumnChoice, message: string): Problem =>
  ({path: `${table}.${column}`, message: `${rule === null ? '' : `${rule.place()}: `}${message}`});
