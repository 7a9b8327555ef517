import type {Destination, GroupStore, GroupsRequest, Position} from '@sluice/core';
import {Profiler, planCollections, type RelationalPlan} from '@sluice/relational';
import {serialize, type Document} from 'bson';
import {expectSameRows} from '@sluice/testkit';
import {documentRows, type DocumentRows} from '../src/index.ts';
import type {FakeMongo} from './fake-mongo.ts';

export const never: AbortSignal = new AbortController().signal;
export const POSITION_KEY = 'sync: shop';

/** An order with lines, each of which has tags; and a customer. */
export const order = (id: number, lines: number, more: Document = {}): Document => ({
  _id: id, customer: `customer ${id}`, total: id * 1.5,
  lines: Array.from({length: lines}, (_, i) => ({sku: `sku ${id}/${i}`, count: i, tags: Array.from({length: i % 3}, (_tag, k) => `tag ${k}`)})), ...more,
});
export const customer = (id: string, more: Document = {}): Document => ({_id: id, name: `name of ${id}`, mails: [`${id}@example.org`], ...more});

const SAMPLES: Readonly<Record<string, readonly Document[]>> = {orders: [order(1, 3), order(2, 0)], customers: [customer('a'), customer('b', {since: new Date(0)})]};

/** The plans of both collections; compatible tables have names of their own. */
export function plans(mode: 'clean' | 'compat' = 'clean'): readonly RelationalPlan[] {
  return planCollections(Object.entries(SAMPLES).map(([collection, documents]) => {
    const profiler = new Profiler(collection);
    for (const document of documents) profiler.add(serialize(document));
    return profiler.schema('all');
  }), {mode, prefix: mode === 'compat' ? 'old_' : ''});
}

export function shop(mode: 'clean' | 'compat' = 'clean'): readonly DocumentRows[] {
  return plans(mode).map(plan => documentRows(plan));
}

export async function openStore(destination: Destination, collections: readonly DocumentRows[], more: Partial<GroupsRequest> = {}): Promise<GroupStore> {
  if (!destination.openGroups) throw new Error('the destination keeps no groups');
  return await destination.openGroups({families: collections.map(({tables}) => ({tables})), positionKey: POSITION_KEY, ...more}, never);
}

/** Empties the tables, and puts the position at the beginning of a log. */
export async function beginAnew(destination: Destination, collections: readonly DocumentRows[], position = '0'): Promise<void> {
  await using store = await openStore(destination, collections);
  await store.replace(collections.map(({tables}, family) => ({family, groups: [], rows: tables.map(() => []), empty: true})), position as Position, never);
}

/** Fails unless the tables hold what the documents say, flattened afresh. */
export async function expectInStep(destination: Destination, mongo: FakeMongo, mode: 'clean' | 'compat' = 'clean'): Promise<void> {
  const collections = shop(mode);
  await using store = await openStore(destination, collections, {readOnly: true});
  for (const [family, rows] of collections.entries()) {
    const wanted = rows.rowsOf(mongo.documents(rows.collection));
    store.fit(family, wanted);
    const found = await store.read(family, await store.keys(family, null, 100_000, never), never);
    for (const [i, {schema}] of rows.tables.entries()) expectSameRows(schema, found[i] ?? null, wanted[i]!);
  }
}
