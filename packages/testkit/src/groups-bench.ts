import type {Destination, GroupsRequest, GroupStore, GroupTable, Position, Row, Schema} from '@sluice/core';
import {expectSameRows} from './compare.ts';
import type {GroupsHarness} from './groups-harness.ts';
import {never} from './reading.ts';

/** One law's destination, and what it takes to open a store on it in a line. */
export class GroupsBench implements AsyncDisposable {
  readonly harness: GroupsHarness;
  readonly #connected: Destination[] = [];

  constructor(harness: GroupsHarness) {
    this.harness = harness;
  }

  get destination(): Destination {
    const last = this.#connected.at(-1);
    if (!last) throw new Error('not connected');
    return last;
  }

  async connect(): Promise<void> {
    this.#connected.push(await this.harness.connect());
  }

  /** Leaves everything as a crash would, and connects anew. */
  async crash(): Promise<void> {
    await this.harness.crash();
    await this.connect();
  }

  async open(families: readonly (readonly GroupTable[])[], more: Partial<Omit<GroupsRequest, 'families'>> = {}): Promise<GroupStore> {
    const {openGroups} = this.destination;
    if (!openGroups) throw new Error('the destination keeps no groups');
    return openGroups.call(this.destination, {families: families.map(tables => ({tables})), positionKey: 'feed: of the suite', ...more}, never);
  }

  /** Fails unless a plain reader sees exactly these rows. */
  async expectStored(schema: Schema, rows: readonly Row[]): Promise<void> {
    expectSameRows(schema, await this.harness.readBack(schema), rows);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const destination of this.#connected.reverse()) await destination[Symbol.asyncDispose]();
  }
}

/** Fits copies of the rows, replaces the groups of one family by them, and tells how many rows went and came. */
export async function put(store: GroupStore, groups: readonly Row[], rows: readonly (readonly Row[])[], position?: string, family = 0): Promise<readonly [deleted: number, inserted: number]> {
  const fitted = rows.map(some => some.map(row => [...row]));
  store.fit(family, fitted);
  const {deleted, inserted} = await store.replace([{family, groups, rows: fitted}], position as Position | undefined, never);
  return [deleted, inserted];
}

/** Documents with an array each: a row for the document, and one for each element. */
export const posts: readonly [GroupTable, GroupTable] = [
  {
    group: ['id'],
    schema: {table: 'posts', primaryKey: ['id'], columns: [{name: 'id', type: 'text', nullable: false, maxLength: 60}, {name: 'title', type: 'text', nullable: true}]},
  },
  {
    group: ['post'],
    schema: {
      table: 'posts_comments', primaryKey: ['post', 'idx'],
      columns: [{name: 'post', type: 'text', nullable: false, maxLength: 60}, {name: 'idx', type: 'int', nullable: false}, {name: 'body', type: 'text', nullable: true}],
    },
  },
];

/** The rows of a document with so many comments. */
export const post = (id: string, comments: number, word = 'first'): readonly [Row[], Row[]] => [
  [[id, `${word} title of ${id}`]], Array.from({length: comments}, (_, i): Row => [id, i + 1, `${word} comment ${i + 1}`]),
];

/** The rows of several documents. */
export const postsOf = (...all: readonly (readonly [Row[], Row[]])[]): readonly [Row[], Row[]] => [all.flatMap(([rows]) => rows), all.flatMap(([, rows]) => rows)];
