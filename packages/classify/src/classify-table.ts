import type {Schema} from '@sluice/core';
import {classifyColumn, LEAST} from './classify-column.ts';
import {columnReferences, indexTables, keyColumns} from './keys.ts';
import type {Reference} from './keys.ts';
import {readDocuments} from './documents.ts';
import {tableKind} from './names/read-name.ts';
import type {TableKind} from './names/read-name.ts';
import type {ClassifyContext, Proposal, Sample} from './proposal.ts';
import {columnValues} from './values/column-values.ts';

/** What a table says by itself. Small: the sample is not kept. */
export interface TableReading {
  readonly kind: TableKind;
  readonly keys: ReadonlyMap<string, string>;
  /** By column, in their order. */
  readonly columns: readonly {readonly own: Proposal; readonly documents: readonly Proposal[]}[];
}

/**
 * Proposes a class for every column of a table, in their order, and for every place in its documents. `sample` holds rows by position, as `source.read` gives them; null when none were
 * read. It is a proposal for a person: it would rather call too much an identifier than too little.
 */
export function classifyTable(schema: Schema, sample: Sample | null, context: ClassifyContext = {}): Proposal[] {
  return settle(readTable(schema, sample), columnReferences(schema, indexTables(context.tables ?? [])), byColumn(context.known ?? []));
}

/** Looks at names, types, comments and values. */
export function readTable(schema: Schema, sample: Sample | null): TableReading {
  const kind = kindOfTable(schema);
  return {
    kind, keys: keyColumns(schema, sample),
    columns: schema.columns.map((column, at) => {
      const place = {table: schema.table, column: column.name};
      const mayHoldDocuments = column.type === 'json' || column.type === 'text' || column.type === 'any';
      return {
        own: {...place, ...classifyColumn({column, above: []}, columnValues(sample, at), kind)},
        documents: mayHoldDocuments ? readDocuments(column, sample, at, kind).map((one): Proposal => ({...place, ...one})) : [],
      };
    }),
  };
}

/** Adds what keys say: of the table, and of those it refers to. */
export function settle({kind, keys, columns}: TableReading, references: ReadonlyMap<string, Reference>, known: ReadonlyMap<string, Proposal>): Proposal[] {
  return columns.flatMap(({own, documents}): readonly Proposal[] => {
    const place = {table: own.table, column: own.column};
    const reference = references.get(own.column);
    const target = reference === undefined ? undefined : known.get(nameOf(reference));
    if (target !== undefined && (isKey(own) || (reference!.declared && own.class !== target.class && own.score < target.score))) {
      const how = `refers to ${reference!.table}.${reference!.column}${reference!.declared ? '' : ', by its name'}`;
      return [{...place, class: target.class, kind: target.kind, score: Math.round(Math.max(target.score * 0.95, LEAST) * 100) / 100, reasons: [how, ...target.reasons.filter(reason => !reason.startsWith('refers to'))]}];
    }
    if (keys.has(own.column) && isKey(own)) return [{...place, ...keyProposal(kind, keys.get(own.column)!)}];
    return [own, ...documents];
  });
}

/** Proposals for columns, by table and column. */
export function byColumn(proposals: readonly Proposal[]): ReadonlyMap<string, Proposal> {
  return new Map(proposals.filter(({path}) => path === undefined).map(one => [nameOf(one), one]));
}

const nameOf = ({table, column}: {readonly table: string; readonly column: string}): string => `${table}\u0000${column}`;

/** Classes that say no more than that a column is a number of something. */
const isKey = ({class: letter, score}: Proposal): boolean => letter === 'R' || letter === 'none' || letter === 'key.surrogate' || score < 0.6;

function keyProposal(kind: TableKind, reason: string): Omit<Proposal, 'table' | 'column'> {
  return kind === 'provider'
    ? {class: 'key.surrogate', kind: null, score: 0.7, reasons: [reason, 'the table is one of those who treat, insure or deliver']}
    : {class: 'R', kind: 'other', score: 0.75, reasons: [reason, 'a code that leads back to the record of a person']};
}

/** A table with the name of providers that holds numbers or births of people is one of people. */
function kindOfTable(schema: Schema): TableKind {
  const kind = tableKind(schema.table);
  if (kind !== 'provider') return kind;
  const personal = schema.columns.some(column => {
    const {class: letter, kind, score} = classifyColumn({column, above: []}, null, 'other');
    return score >= 0.8 && (letter === 'G' || letter === 'H' || letter === 'I' || kind === 'date.birth' || (letter === 'R' && score >= 0.84));
  });
  return personal ? 'person' : kind;
}
