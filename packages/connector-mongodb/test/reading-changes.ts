import type {Change, ChangeBatch, ChangeFeed} from '@sluice/connector-mongodb';
import type {Position} from '@sluice/core';
import {BSON} from 'mongodb';
import {never} from './lab.ts';

/** What there is after a position, until it is caught up. */
export async function batchesAfter(feed: ChangeFeed, position: Position, maxChanges = 1000): Promise<readonly ChangeBatch[]> {
  const batches: ChangeBatch[] = [];
  for await (const batch of feed.read(position, {follow: false, maxChanges}, never)) batches.push(batch);
  return batches;
}

export const changesAfter = async (feed: ChangeFeed, position: Position, maxChanges?: number): Promise<readonly string[]> =>
  (await batchesAfter(feed, position, maxChanges)).flatMap(batch => batch.changes.map(told));

/** A change in a line, as `touched orders 5`. */
export function told(change: Change): string {
  switch (change.kind) {
    case 'touched': return `touched ${change.collection} ${JSON.stringify(BSON.deserialize(change.id)[''])}`;
    case 'renamed': return `renamed ${change.collection} to ${change.to.collection}`;
    case 'databaseDropped': return 'databaseDropped';
    default: return `${change.kind} ${change.collection}`;
  }
}

/** Takes the next batch that has changes of a feed that is followed. */
export async function nextChanges(batches: AsyncIterator<ChangeBatch>): Promise<{readonly told: readonly string[]; readonly position: Position}> {
  for (;;) {
    const {value, done} = await batches.next();
    if (done === true) throw new Error('a feed that is followed has ended');
    if (value.changes.length > 0) return {told: value.changes.map(told), position: value.position};
  }
}
