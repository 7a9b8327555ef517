import {PipelineError, type Row, type Schema, type Value} from '@sluice/core';
import {localSuppression, type Suppression} from '@sluice/disclosure-risk';
import {z} from 'zod';
import {yearFloor90, year} from './dates.ts';
import {allTypes, counter, type ChangeTreatment, type Grouped, type Method} from './method.ts';
import {age90, bucket, topCode} from './numbers.ts';
import {toState, zip3} from './places.ts';
import type {Prepare} from './prepared.ts';
import {round} from './round.ts';
import {subjectOf} from './subject.ts';
import type {MethodTools} from './tools.ts';

/** What may be done to a value first: methods of Safe Harbor, so that this one is one. */
const coarser = {year, yearFloor90, age90, zip3, toState, bucket, round, topCode} as const;
type Coarser = keyof typeof coarser;

const named = z.enum(Object.keys(coarser) as [Coarser, ...Coarser[]]);
const suppressParameters = z.strictObject({
  k: z.int().min(2).max(10_000).default(11).describe('Least persons, or rows where the table does not say whose they are, that share their values in all columns of the table with this method and this k.'),
  first: z.union([named, z.looseObject({method: named})]).exactOptional().describe('What becomes of the values before: a method that makes them coarser, by its name or with its parameters.'),
});

export const localSuppress: Method<z.output<typeof suppressParameters>> = {
  name: 'localSuppress', summary: 'as few cells as can be found become NULL, so that in all columns with this method every combination of values is that of k persons', claim: 'safe-harbor',
  derived: true, reversible: false, deterministic: true, uniqueness: 'lossy',
  accepts: new Set([...allTypes].filter(type => type !== 'bytes' && type !== 'json')), parameters: suppressParameters,
  plan(column, {k, first}, context) {
    const before = first === undefined ? null : planFirst(first, column, context);
    if (typeof before === 'string') return before;
    return {
      kind: 'change',
      column: {...(before?.column ?? column), nullable: true},
      group: {id: `localSuppress ${k}`, join: members => joined(k, context.table, context.subject, members)},
      start() {
        throw new Error(`column ${column.name} was not planned together with the others of its table`);
      },
      ...(before && {first: before}),
    };
  },
};

function planFirst(first: Coarser | {readonly method: Coarser}, ...[column, context]: [Parameters<typeof year.plan>[0], Parameters<typeof year.plan>[2]]): ChangeTreatment | string {
  const {method: name, ...given} = typeof first === 'string' ? {method: first} : first;
  const method: Method = coarser[name];
  const parameters = method.parameters.safeParse(given);
  if (!parameters.success) return `has wrong parameters for ${name} in \`first\``;
  if (!method.accepts.has(column.type)) return `cannot use ${name} first: it does not fit a column of type ${column.type}`;
  const treatment = method.plan(column, parameters.data, context);
  if (typeof treatment === 'string') return `cannot use ${name} first: it ${treatment}`;
  return treatment.kind === 'change' ? treatment : `cannot use ${name} first`;
}

/** The members, planned together: each looks at the values of all, and learns with the first of them. */
function joined(k: number, table: Schema, subject: readonly string[] | null, members: readonly Grouped[]): ChangeTreatment[] {
  const columns = members.map(({column}) => column);
  const id = `localSuppress ${JSON.stringify([table.table, k, columns])}`;
  const prepare = learning({id, k, table, subject, columns, members});
  return members.map(({treatment: {group: _, ...own}}, index): ChangeTreatment => ({
    ...own, with: columns, ...(index === 0 && {prepare}),
    start(tools) {
      const {count, notes} = counter();
      const first = own.first?.start(tools) ?? null;
      const coarsen = coarsener(members, tools);
      const tuple: Row = new Array<Value>(columns.length).fill(null);
      let suppression: Suppression | undefined;
      return {
        notes: () => [...first?.notes() ?? [], ...notes()],
        of(value, others) {
          suppression ??= tools.learned.get(id) as Suppression | undefined;
          if (suppression === undefined) throw new Error(`localSuppress of ${columns[index]!} looked at no row before the run`);
          const own = first === null ? value : first.of(value, []);
          if (own === null) return null;
          coarsen(others, tuple);
          if (!suppression.blanks(tuple).includes(index)) return own;
          count(`would single out fewer than ${k}: NULL`);
          return null;
        },
      };
    },
  }));
}

/** Makes the tuple of a row. */
function coarsener(members: readonly Grouped[], tools: MethodTools): (values: Row, tuple: Row) => void {
  const firsts = members.map(({treatment: {first}}) => first?.start(tools) ?? null);
  return (values, tuple) => {
    for (let i = 0; i < firsts.length; i++) tuple[i] = firsts[i] === null ? values[i]! : firsts[i]!.of(values[i]!, []);
  };
}

interface Learning {
  readonly id: string;
  readonly k: number;
  readonly table: Schema;
  readonly subject: readonly string[] | null;
  readonly columns: readonly string[];
  readonly members: readonly Grouped[];
}

function learning({id, k, table, subject, columns, members}: Learning): Prepare {
  const looked = [...columns, ...subject ?? []];
  return {
    dependsOn: [{schema: table, columns: looked}],
    async run(scan, tools, signal) {
      const meter = localSuppression({k, columns: columns.length});
      const coarsen = coarsener(members, tools);
      const persons = new Map<string, number>();
      const tuple: Row = new Array<Value>(columns.length).fill(null);
      try {
        await scan.rows(table, looked, row => {
          coarsen(row, tuple);
          if (subject === null) {
            meter.add([tuple]);
            return;
          }
          // Rows that nobody says whose they are may all be one person's.
          const person = subjectOf(row.slice(columns.length)) ?? '';
          let number = persons.get(person);
          if (number === undefined) persons.set(person, number = persons.size);
          meter.add([tuple], [number]);
        }, signal);
      } catch (error) {
        if (!(error instanceof PipelineError) || error.context.table !== undefined) throw error;
        throw new PipelineError(error.code, `localSuppress of table ${table.table}: ${error.message}`, {table: table.table, cause: error, ...(error.remedy !== undefined && {remedy: error.remedy})});
      }
      tools.learned.set(id, meter.solve());
    },
  };
}
