import {rowDigester, unorderedDigesters} from '@sluice/checksum';
import {must, type Load, type LossRules, type RefreshLoad, type WriteMode} from '@sluice/core';
import {quoteIdentifier, ServerLoad, ServerRefreshLoad, type LoadKind, type LoadParts as ServerLoadParts, type TransactionSql} from '@sluice/sql';
import {chunkSteps} from './chunks.ts';
import type {CreatedTable} from './create-table.ts';
import {insertRows, loadData, type FillTarget} from './fill-table.ts';
import {fittingOf} from './fit.ts';
import {digestBack} from './digest-back.ts';
import type {LoadPlan} from './plan-load.ts';
import type {TablePlan} from './plan-table.ts';
import {readPosition, writePosition} from './positions.ts';
import {readBack} from './read-back.ts';
import {Session} from './session.ts';
import {unlockTables} from './table-locks.ts';
import {mergeRows, openChanges} from './upsert.ts';

export interface LoadParts {
  readonly session: Session;
  readonly mode: WriteMode;
  /** Rows go beside the live tables, in whatever mode. */
  readonly beside?: true | undefined;
  readonly plan: LoadPlan;
  readonly created: ReadonlyMap<string, CreatedTable>;
  readonly losses: LossRules | undefined;
  readonly kind: LoadKind<Session>;
  /** The load is over: its destination may begin another. */
  readonly ended: () => void;
}

const SAVEPOINT = '_sluice_batch';
/** A savepoint takes the place of one of the same name (MySQL 9 manual, 15.3.4). */
const TRANSACTION: TransactionSql = {
  begin: 'START TRANSACTION', savepoint: `SAVEPOINT ${SAVEPOINT}`, undo: `ROLLBACK TO SAVEPOINT ${SAVEPOINT}`, release: null,
  deadlock: {native: 'error 1213', keeps: 'nothing'},
};

export function mysqlLoad(parts: LoadParts): Load {
  return new ServerLoad<Session, TablePlan>(serverParts(parts));
}

/** A load of the kind `replace` that goes on after a crash. */
export function mysqlRefreshLoad(parts: Omit<LoadParts, 'mode'> & {readonly token: string; readonly resumed: boolean; readonly chunkOf: (table: TablePlan) => string | null}): RefreshLoad {
  return new ServerRefreshLoad<Session, TablePlan>({
    ...serverParts({...parts, mode: 'replace'}),
    token: parts.token, resumed: parts.resumed,
    chunks: {...chunkSteps, columnOf: parts.chunkOf},
    digesters: {ordered: ({columns}) => rowDigester(columns, 'written'), unordered: ({columns}) => unorderedDigesters(columns)},
  });
}

function serverParts({session, mode, beside, plan, created, losses, kind, ended}: LoadParts): ServerLoadParts<Session, TablePlan> {
  return {
    session, mode, kind, ended, ...(beside && {beside}),
    tables: plan.tables, target: plan.target, concurrent: true,
    omissions: Array.from(created.values(), table => table.omissions).flat(),
    steps: {
      transaction: TRANSACTION,
      connect: (purpose, signal) => Session.open(session.endpoint, purpose, signal),
      keepsOrder,
      readPosition, writePosition, readBack,
      isEmpty: async (asked, target, signal) => (await asked.rows(`SELECT 1 FROM ${quoteIdentifier('mysql', target)} LIMIT 1`, signal, {table: target})).length === 0,
      unlock: unlockTables,
      digestBack,
      async fill(session, table, name, signal, chunk) {
        const {schema, columns: all} = table;
        const generated = must(created.get(schema.table), 'created table').concessions.generated;
        const columns = all.flatMap(({column, type, generated: expression}, at) =>
          expression && !generated ? [] : [{name: column.name, at, encoding: type.encoding, type: type.sql}]);
        if (chunk !== undefined) columns.push({name: chunk, at: all.length, encoding: 'plain', type: 'int'});
        const fill = session.server.localInfile ? loadData : insertRows;
        const computed = generated ? [] : all.flatMap(({column, generated: expression}) => expression ? [column.name] : []);
        const target: FillTarget = {table: schema.table, name, columns, computed};
        const merge = {table: schema.table, name, columns, key: schema.primaryKey};
        const merges = mode === 'upsert' && !beside;
        if (merges) await openChanges(session, merge, signal);
        return {
          fitting: fittingOf(schema.table, generated ? all.map(column => ({...column, generated: null})) : all, session.server.flavor, losses?.get(schema.table)),
          apply: (rows, ops) => merges ? mergeRows(session, merge, fill, rows, ops, signal) : fill(session, target, rows, signal),
        };
      },
    },
  };
}

/** Whether the server gives the rows back in the order in which they are written: by an integer key they come sorted by, or without any key. */
function keepsOrder({schema, columns, indexes, prefixKey}: TablePlan): boolean {
  if (schema.primaryKey.length > 0) return schema.order === 'key';
  // InnoDB takes a unique index without NULLs for the key of a table that has none.
  const mayBeNull = (name: string) => columns.find(({column}) => column.name === name)?.column.nullable !== false;
  return prefixKey === null && !indexes.some(index => index.unique && !index.columns.some(mayBeNull));
}
