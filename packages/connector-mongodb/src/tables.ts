import type {Omission, Schema} from '@sluice/core';
import {planCollections, Profiler, type DocumentSchema, type RelationalPlan} from '@sluice/relational';
import type {CollectionFacts, Documents} from './documents.ts';

/** How collections become tables. */
export interface TableOptions {
  readonly naming: 'clean' | 'compat';
  /** Before the name of each table. */
  readonly prefix: string;
  /** What the documents look like; null: they are looked at. */
  readonly schemas: readonly DocumentSchema[] | null;
  /** How many documents of a collection are looked at; null: all. */
  readonly sample: number | null;
  /** The only collections that count; null: all. */
  readonly collections: readonly string[] | null;
  /** Whether views and time series are read, too, as they come. */
  readonly views: boolean;
  /** Whether names that differ by case alone are two names where the tables go; default: in compatible tables. */
  readonly caseSensitive?: boolean;
}

/** One table of a collection. */
export interface CollectionTable {
  readonly plan: RelationalPlan;
  readonly schema: Schema;
  /** Where its rows are among those of a document. */
  readonly place: number;
  /** False: the documents come in no order of `_id`. */
  readonly isOrdered: boolean;
}

export interface PlannedCollections {
  /** By the name of the table, in the order of the plans. */
  readonly tables: ReadonlyMap<string, CollectionTable>;
  readonly omissions: readonly Omission[];
  readonly warnings: readonly string[];
}

/** Describes the collections, by what is given or by a look at their documents, and plans their tables. Throws CONFIG with every problem of the plan. */
export async function planTables(documents: Documents, options: TableOptions, signal: AbortSignal): Promise<PlannedCollections> {
  const {naming, prefix, schemas, sample, caseSensitive} = options;
  const found = await documents.collections(signal);
  const {chosen, omissions} = choose(found, options);
  const described: {readonly facts: CollectionFacts; readonly schema: DocumentSchema}[] = [];
  for (const facts of chosen) {
    described.push({facts, schema: schemas?.find(({collection}) => collection === facts.name) ?? await profile(documents, facts.name, sample, signal)});
  }
  const plans = planCollections(described.map(({schema}) => schema), {mode: naming, prefix, ...(caseSensitive !== undefined && {caseSensitive})});
  const tables = new Map<string, CollectionTable>();
  const sampled: string[] = [];
  for (const [i, plan] of plans.entries()) {
    const {facts, schema} = described[i]!;
    const isOrdered = facts.kind === 'collection';
    if (schema.read === 'sample') sampled.push(facts.name);
    const {documents: count, bytes} = await documents.size(facts.name, signal);
    const all = [...plan.tables.map(table => table.schema), ...plan.extra ? [plan.extra.schema] : []];
    for (const [place, table] of all.entries()) {
      const rows = place === 0 ? count : null;
      tables.set(table.table, {
        plan, place, isOrdered, schema: {...table, ...(rows !== null && {approximateRows: rows}), ...(place === 0 && bytes !== null && {approximateBytes: bytes})},
      });
    }
  }
  return {
    tables,
    omissions: [...omissions, ...plans.flatMap(renames)],
    warnings: sampled.length === 0 ? [] : [`the columns come from a sample of at most ${sample} documents, and what no column fits goes to the overflow: ${sampled.join(', ')}`],
  };
}

function choose(found: readonly CollectionFacts[], {schemas, collections, views}: TableOptions): {readonly chosen: CollectionFacts[]; readonly omissions: Omission[]} {
  const omissions: Omission[] = [];
  const chosen = found.filter(({name, kind}) => {
    if (collections !== null && !collections.includes(name)) return false;
    const omit = (reason: string) => {
      omissions.push({table: null, kind: kind === 'view' ? 'view' : 'table', name, reason});
      return false;
    };
    if ((kind === 'view' || kind === 'timeseries') && !views) return omit(`it is a ${kind === 'view' ? 'view' : 'time series'}, which has no order of _id: with views=true its documents are read as they come, and never taken up again after a break`);
    if (schemas !== null && !schemas.some(({collection}) => collection === name)) return omit('no schema file describes it');
    return true;
  });
  const wanted = new Set([...collections ?? [], ...(collections === null ? schemas ?? [] : []).map(({collection}) => collection)]);
  for (const name of wanted) if (!found.some(each => each.name === name)) omissions.push({table: null, kind: 'table', name, reason: 'there is no such collection'});
  return {chosen, omissions};
}

/** Looks at all documents, or at some of them. Throws as `Documents.read` does, and VALUE for a document that is no BSON. */
export async function profile(documents: Documents, collection: string, sample: number | null, signal: AbortSignal): Promise<DocumentSchema> {
  const profiler = new Profiler(collection);
  const groups = sample === null ? documents.read({collection, after: null, until: null}, signal) : documents.sample(collection, sample, signal);
  for await (const group of groups) {
    signal.throwIfAborted();
    for (const document of group) profiler.add(document);
  }
  return profiler.schema(sample === null ? 'all' : 'sample');
}

function renames({collection, tables, renamed}: RelationalPlan): Omission[] {
  return renamed.map(({path, wanted, name, reason}) => ({
    table: tables[0]!.schema.table, kind: 'rename', name: wanted, reason: `${path === '' ? collection : `${collection}.${path}`} is called ${name}: ${reason}`,
  }));
}
