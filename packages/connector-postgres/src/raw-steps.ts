import type {RawSteps} from '@sluice/sql';
import type {RawFormat, RawRows, Schema} from '@sluice/core';
import {discover} from './discover.ts';
import type {TableDescription} from './describe-table.ts';
import {filledColumns, keyName, type TablePlan} from './plan-table.ts';
import {rawFormat, readRaw, writeRaw} from './raw.ts';
import type {Session} from './session.ts';

/** Bytes into tables of a load, and out of them again. */
export const rawSteps: RawSteps<Session, TablePlan> = {
  async format(session, {schema}, name, signal): Promise<RawFormat | null> {
    const description = await describe(session, name, signal);
    return description ? rawFormat(session.server, schema, description) : null;
  },
  write: (session, plan, name, bytes, signal): Promise<number> => writeRaw(session, {
    table: plan.schema.table, name, columns: filledColumns(plan, false).map(column => column.name), key: plan.schema.primaryKey, keyName: keyName(name),
  }, bytes, signal),
  read: (session, {schema}, name, signal): RawRows => readLater(session, schema, name, signal),
};

function readLater(session: Session, schema: Schema, name: string, signal: AbortSignal): RawRows {
  let read: RawRows | null = null;
  return {
    get rows() { return read?.rows ?? 0; },
    async *[Symbol.asyncIterator]() {
      const description = await describe(session, name, signal);
      // Gone: then there are no bytes, and whoever compares sees it.
      if (description) yield* read = readRaw(session, {...schema, table: name}, description, signal, schema.table);
    },
  };
}

async function describe(session: Session, name: string, signal: AbortSignal): Promise<TableDescription | undefined> {
  return (await discover(session, signal, undefined, name)).descriptions.get(name);
}
