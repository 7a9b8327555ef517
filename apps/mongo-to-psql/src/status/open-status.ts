import {ErrorCode, PipelineError, type Destination, type GroupStore} from '@sluice/core';
import {statusFamily, StatusTable} from './status-table.ts';

/** Nothing is kept under it: for who only looks at rows. */
const NOWHERE = 'mongo-to-psql status';
/** Under which the place where a load by hand began is kept until it ends. */
export const begunKey = (positionKey: string): string => `${positionKey} begun`;

/** The status table alone, and its store. */
export interface OpenStatus extends AsyncDisposable {
  readonly table: StatusTable;
  readonly store: GroupStore;
}

/** Opens it, and makes it when it is not there; the store's position is the one of `positionKey`. Throws as `openGroups` does. */
export async function openStatus(destination: Destination, signal: AbortSignal, positionKey: string): Promise<OpenStatus> {
  return opened(await openGroups(destination)({families: [statusFamily], positionKey}, signal));
}

/** Opens it for reading; null when it is not there. */
export async function lookAtStatus(destination: Destination, signal: AbortSignal, positionKey = NOWHERE): Promise<OpenStatus | null> {
  const live = await destination.contents?.(signal) ?? [];
  if (!live.some(({name}) => name === 'qmetlstatus')) return null;
  return opened(await openGroups(destination)({families: [statusFamily], positionKey, readOnly: true}, signal));
}

/** Throws CONFIG for a destination that cannot be kept in step. */
export function openGroups(destination: Destination): NonNullable<Destination['openGroups']> {
  if (!destination.openGroups) throw new PipelineError(ErrorCode.CONFIG, `${destination.kind} cannot be kept in step with documents`, {remedy: 'use postgresql:, mysql: or sqlite:'});
  return destination.openGroups.bind(destination);
}

const opened = (store: GroupStore): OpenStatus => ({table: new StatusTable(store, 0, () => new Date()), store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]()});
