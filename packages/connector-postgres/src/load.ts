import {rowDigester, unorderedDigesters} from '@sluice/checksum';
import type {Load, LossRules, Omission, RefreshLoad, WriteMode} from '@sluice/core';
import {quoteIdentifier, ServerLoad, ServerRefreshLoad, type LoadKind, type LoadParts as ServerLoadParts, type TransactionSql} from '@sluice/sql';
import {chunkSteps} from './chunks.ts';
import {BinaryRows} from './copy-binary/binary-rows.ts';
import {copyRows} from './fill-table.ts';
import {fillPacked} from './fill-packed.ts';
import {digestBack} from './digest-back.ts';
import {fittingOf} from './fit.ts';
import type {LoadPlan} from './plan-load.ts';
import {filledColumns, type TablePlan} from './plan-table.ts';
import {readPosition, writePosition} from './positions.ts';
import {readBack} from './read-back.ts';
import {Session} from './session.ts';
import {rawSteps} from './raw-steps.ts';
import {unlockTables} from './table-locks.ts';
import {mergeRows, openChanges} from './upsert.ts';

export interface LoadParts {
  readonly session: Session;
  readonly mode: WriteMode;
  /** Rows go beside the live tables, in whatever mode. */
  readonly beside?: true | undefined;
  readonly plan: LoadPlan;
  /** Tables whose generated columns are ordinary ones, because the server refuses their expressions. */
  readonly plain: ReadonlySet<string>;
  readonly omissions: readonly Omission[];
  readonly losses?: LossRules | undefined;
  readonly kind: LoadKind<Session>;
  /** The load is over: its destination may begin another. */
  readonly ended: () => void;
}

const SAVEPOINT = '_sluice_batch';
/** Savepoints of one name pile up here until they are released (PostgreSQL 18 manual, SAVEPOINT). */
const TRANSACTION: TransactionSql = {
  begin: 'BEGIN', savepoint: `SAVEPOINT ${SAVEPOINT}`,
  undo: `ROLLBACK TO SAVEPOINT ${SAVEPOINT}; RELEASE SAVEPOINT ${SAVEPOINT}`, release: `RELEASE SAVEPOINT ${SAVEPOINT}`,
  deadlock: {native: 'SQLSTATE 40P01', keeps: 'savepoint'},
};

export function postgresLoad(parts: LoadParts): Load {
  return new ServerLoad<Session, TablePlan>(serverParts(parts));
}

/** A load of the kind `replace` that goes on after a crash. */
export function postgresRefreshLoad(parts: Omit<LoadParts, 'mode'> & {readonly token: string; readonly resumed: boolean; readonly chunkOf: (table: TablePlan) => string | null}): RefreshLoad {
  return new ServerRefreshLoad<Session, TablePlan>({
    ...serverParts({...parts, mode: 'replace'}),
    token: parts.token, resumed: parts.resumed,
    chunks: {...chunkSteps, columnOf: parts.chunkOf},
    digesters: {ordered: ({columns}) => rowDigester(columns, 'written'), unordered: ({columns}) => unorderedDigesters(columns)},
  });
}

function serverParts({session, mode, beside, plan, plain, omissions, losses, kind, ended}: LoadParts): ServerLoadParts<Session, TablePlan> {
  return {
    session, mode, omissions, kind, ended, concurrent: true, ...(beside && {beside}),
    tables: plan.tables, target: plan.target,
    steps: {
      transaction: TRANSACTION,
      connect: (_purpose, signal) => Session.open(session.endpoint, signal),
      keepsOrder,
      readPosition, writePosition, readBack,
      isEmpty: async (asked, target, signal) => (await asked.rows(`SELECT FROM ${quoteIdentifier('postgres', target)} LIMIT 1`, signal, {table: target})).length === 0,
      unlock: unlockTables,
      digestBack,
      raw: rawSteps,
      async fill(session, table, name, signal, chunk) {
        const {schema, columns: all} = table;
        const isPlain = plain.has(schema.table);
        const columns = [...filledColumns(table, isPlain), ...(chunk === undefined ? [] : [{name: chunk, at: all.length, type: 'integer', family: 'int4' as const}])];
        const merge = {table: schema.table, name, columns, key: schema.primaryKey, binary: BinaryRows.of(columns)};
        const merges = mode === 'upsert' && !beside;
        if (merges) await openChanges(session, merge, signal);
        return {
          packed: merges || chunk !== undefined ? undefined : fillPacked(session, merge, table, losses?.get(schema.table), signal),
          fitting: fittingOf(schema.table, isPlain ? all.map(column => ({...column, generated: null})) : all, losses?.get(schema.table)),
          apply: async (rows, ops) => {
            if (merges) await mergeRows(session, merge, rows, ops, signal);
            else await copyRows(session, merge, rows, signal);
          },
        };
      },
    },
  };
}

/**
 * Whether rows are read back in the order in which they are written: by an integer key they come
 * sorted by. As the rows lie they need not: a short row may fill the rest of an earlier page.
 */
function keepsOrder({schema, columns}: TablePlan): boolean {
  return schema.order === 'key' && schema.primaryKey.length > 0
    && schema.primaryKey.every(name => columns.find(({column}) => column.name === name)?.column.type === 'int');
}
