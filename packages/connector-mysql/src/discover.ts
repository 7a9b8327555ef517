import type {Catalog, DiscoverRequest, Omission, View} from '@sluice/core';
import {ownOmission, quoteIdentifier, rowsByTable} from '@sluice/sql';
import {catalogQueries, type CheckRow, type ColumnRow, type IndexRow, type KeyRow, type OtherRow, type TableRow, type ViewRow} from './catalog-queries.ts';
import {describeTable, type TableDescription} from './describe-table.ts';
import {hiddenKinds} from './hidden-kinds.ts';
import {withoutDatabase} from './own-database.ts';
import {hidesColumns, partialSight} from './partial-sight.ts';
import type {Session} from './session.ts';

export interface Discovery {
  readonly catalog: Catalog;
  readonly descriptions: ReadonlyMap<string, TableDescription>;
  /** What the user may not see, in sentences; none when one table was asked for. */
  readonly hidden: readonly string[];
}

const BASE_TABLES = ['BASE TABLE', 'SYSTEM VERSIONED'];

/** Describes the whole database without the tables that loads make for themselves, which are listed; or the one table. Throws CONNECT, AUTH. */
export async function discover(
  session: Session, signal: AbortSignal, wants: DiscoverRequest['wants'] = () => true, only: string | null = null,
): Promise<Discovery> {
  const {database} = session.endpoint;
  const {flavor} = session.server;
  const queries = catalogQueries(session.server, database, only);
  // What a query selects, and so what a row has, stands beside the type of its rows in `catalog-queries.ts`.
  const ask = async <Row>(sql: string) => await session.rows(sql, signal) as unknown as Row[];

  const tables = await ask<TableRow>(queries.tables);
  const columns = rowsByTable(await ask<ColumnRow>(queries.columns));
  const indexes = rowsByTable(await ask<IndexRow>(queries.indexes));
  const foreignKeys = rowsByTable(await ask<KeyRow>(queries.foreignKeys));
  const checks = rowsByTable(await ask<CheckRow>(queries.checks));
  const views = await ask<ViewRow>(queries.views);
  const others = only === null ? await ask<OtherRow>(queries.others) : [];

  const descriptions = new Map<string, TableDescription>();
  const omissions: Omission[] = [];
  for (const table of tables) {
    const [name, type] = table;
    if (type === 'SEQUENCE') omissions.push({table: null, kind: 'sequence', name, reason: 'sequences do not travel'});
    if (!BASE_TABLES.includes(type) || !wants(name)) continue;
    const own = only === null ? ownOmission(name) : null;
    if (own) {
      omissions.push(own);
      continue;
    }
    const rows = columns.get(name) ?? [];
    descriptions.set(name, describeTable({
      table, columns: rows,
      indexes: indexes.get(name) ?? [], foreignKeys: foreignKeys.get(name) ?? [], checks: checks.get(name) ?? [],
      binaryDefaults: await readBinaryDefaults(session, name, rows, signal),
    }, flavor, database));
  }

  const described: View[] = [];
  for (const [name, definition] of views) {
    if (!wants(name)) continue;
    if (!definition) {
      omissions.push({table: null, kind: 'view', name, reason: 'the user may not see its definition: SHOW VIEW is missing'});
      continue;
    }
    described.push({name, dialect: flavor, sql: withoutDatabase(definition, database), columns: (columns.get(name) ?? []).map(row => row[1])});
  }
  for (const [kind, name, table] of others) {
    if (table !== null && !wants(table)) continue;
    // A package of MariaDB has a body of the same name, and is listed as one thing.
    if (kind === 'package body') continue;
    omissions.push({
      table, name, kind: kind === 'package' ? 'procedure' : kind as Omission['kind'],
      reason: kind === 'package' ? `it is a package: ${CODE_STAYS}` : CODE_STAYS,
    });
  }
  const names = [...descriptions.keys()];
  const sight = only === null ? await partialSight(session, names, signal) : null;
  const kinds = only === null ? await hiddenKinds(session, names, signal) : null;
  return {
    descriptions,
    hidden: [sight?.others, kinds].filter(sentence => typeof sentence === 'string'),
    catalog: {
      tables: Array.from(descriptions.values(), ({schema}) => sight?.tables.has(schema.table) ? {...schema, incomplete: hidesColumns(schema.table)} : schema),
      views: described,
      others: [...omissions, ...Array.from(descriptions.values(), description => description.omissions).flat()],
    },
  };
}

const CODE_STAYS = 'code of the server does not travel';

/**
 * `information_schema` cuts a binary default at its first NUL (MySQL) or prints `?` for what is no
 * UTF-8 (MariaDB). A row of NULLs from an outer join still knows the defaults of the columns.
 */
async function readBinaryDefaults(session: Session, table: string, columns: readonly ColumnRow[], signal: AbortSignal): Promise<Map<string, string>> {
  const binary = columns.filter(([, , base, , , text]) => (base === 'binary' || base === 'varbinary') && text !== null && text !== 'NULL');
  const defaults = new Map<string, string>();
  if (binary.length === 0) return defaults;
  const list = binary.map(column => `HEX(DEFAULT(${quoteIdentifier('mysql', column[1])}))`).join(', ');
  const [row] = await session.rows(`SELECT ${list} FROM (SELECT 1) one LEFT JOIN ${quoteIdentifier('mysql', table)} ON FALSE`, signal, {table});
  binary.forEach((column, i) => {
    const hex = row?.[i];
    if (typeof hex === 'string') defaults.set(column[1], hex);
  });
  return defaults;
}
