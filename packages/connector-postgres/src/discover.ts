import type {Catalog, DiscoverRequest, Omission, View} from '@sluice/core';
import {ownOmission, rowsByTable} from '@sluice/sql';
import {catalogQueries, type CheckRow, type ColumnRow, type ForeignKeyRow, type IndexRow, type OtherRow, type TableRow, type ViewRow} from './catalog-queries.ts';
import {describeTable, type TableDescription} from './describe-table.ts';
import type {Session} from './session.ts';

export interface Discovery {
  readonly catalog: Catalog;
  readonly descriptions: ReadonlyMap<string, TableDescription>;
}

const FOREIGN = 'f', MATERIALIZED = 'm';

/**
 * Describes the whole schema, without the tables that loads make for themselves, which are listed; or
 * the one table, whatever its name. The catalog is open to every user: nothing is hidden. Throws CONNECT, AUTH.
 */
export async function discover(
  session: Session, signal: AbortSignal, wants: DiscoverRequest['wants'] = () => true, only: string | null = null,
): Promise<Discovery> {
  const queries = catalogQueries(session.server, only);
  // Definitions of indexes and expressions wait for tables that somebody has locked.
  const place = only === null ? `describing the tables of schema ${session.server.schema}` : {table: only};
  // What a query selects, and so how many texts and nulls a row has, stands beside the type of its rows in `catalog-queries.ts`.
  const ask = async <Row>(sql: string) => await session.rows(sql, signal, place) as unknown as Row[];

  const tables = await ask<TableRow>(queries.tables);
  const columns = rowsByTable(await ask<ColumnRow>(queries.columns));
  const indexes = rowsByTable(await ask<IndexRow>(queries.indexes));
  const foreignKeys = rowsByTable(await ask<ForeignKeyRow>(queries.foreignKeys));
  const checks = rowsByTable(await ask<CheckRow>(queries.checks));
  const views = only === null ? await ask<ViewRow>(queries.views) : [];
  const others = only === null ? await ask<OtherRow>(queries.others) : [];

  const descriptions = new Map<string, TableDescription>();
  const omissions: Omission[] = [];
  for (const table of tables) {
    const [name, , kind] = table;
    if (!wants(name)) continue;
    if (kind === FOREIGN) {
      omissions.push({table: null, kind: 'table', name, reason: 'it is a foreign table: read it where its rows are'});
      continue;
    }
    const own = only === null ? ownOmission(name) : null;
    if (own) {
      omissions.push(own);
      continue;
    }
    descriptions.set(name, describeTable({
      table, columns: columns.get(name) ?? [], indexes: indexes.get(name) ?? [], foreignKeys: foreignKeys.get(name) ?? [], checks: checks.get(name) ?? [],
    }, session.server));
  }

  const described: View[] = [];
  for (const [name, kind, definition, names] of views) {
    if (!wants(name)) continue;
    if (kind === MATERIALIZED || definition === null) {
      omissions.push({table: null, kind: 'view', name, reason: 'materialized views do not travel: make it where the tables arrive'});
      continue;
    }
    described.push({name, dialect: 'postgres', sql: definition.trim().replace(/;$/, ''), columns: JSON.parse(names) as string[]});
  }
  for (const [kind, name, table, reason] of others) {
    if (table === null || wants(table)) omissions.push({table, name, reason, kind: kind as Omission['kind']});
  }
  return {
    descriptions,
    catalog: {
      tables: Array.from(descriptions.values(), ({schema}) => schema),
      views: described,
      others: [...omissions, ...Array.from(descriptions.values(), description => description.omissions).flat()],
    },
  };
}
