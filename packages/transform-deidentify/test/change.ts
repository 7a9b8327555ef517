import type {Column, ColumnType, Row, Value} from '@sluice/core';
import {masterKeyFrom, type MasterKey} from '@sluice/pseudonyms';
import {methods, noTools, type Domain, type Method, type MethodContext, type MethodName, type MethodTools} from '@sluice/transform-deidentify';

export type Given = Partial<Column> & {readonly type: ColumnType};

/** A key that is no secret: SHA-256 of nothing, turned by a number. */
export const testKey = (turn = 0): MasterKey => masterKeyFrom(Uint8Array.from({length: 32}, (_, i) => (i * 149 + turn * 83 + (i * i * 31)) % 251 + 3));

export const person: Domain = {name: 'person', form: 'uuid'};

/** A method planned for a column `c` of table `t`. */
export function treat(name: MethodName, parameters: object, column: Given, context: Partial<MethodContext> = {}) {
  const method: Method = methods[name];
  return method.plan({name: 'c', nullable: true, ...column}, method.parameters.parse(parameters), {
    asOf: '2026-06-30', table: {table: 't', primaryKey: [], columns: [{name: 'c', nullable: true, ...column}]}, subject: null, class: null,
    domains: new Map([person, {name: 'family', form: 'integer' as const}].map(domain => [domain.name, domain])), ...context,
  });
}

export interface Changed {
  readonly parameters?: object;
  readonly context?: Partial<MethodContext>;
  readonly tools?: MethodTools;
  /** By value, what the row has in the columns of `with`. */
  readonly others?: readonly Row[];
}

/** What becomes of values, and what was counted. */
export function change(name: MethodName, column: ColumnType | Given, values: readonly Value[], {parameters = {}, context = {}, tools = noTools(), others = []}: Changed = {}) {
  const treatment = treat(name, parameters, typeof column === 'string' ? {type: column} : column, context);
  if (typeof treatment === 'string') throw new Error(treatment);
  if (treatment.kind !== 'change') throw new Error('changes nothing');
  const {of, notes} = treatment.start(tools);
  const out = values.map((value, i) => of(value, others[i] ?? []));
  return {out, column: treatment.column, treatment, notes: Object.fromEntries(notes().map(({message, count}) => [message, count]))};
}
