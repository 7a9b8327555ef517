import {ErrorCode, PipelineError, type Omission} from '@sluice/core';
import {quoteIdentifier, retiredName, stagingHash, stagingName, type LoadKind} from '@sluice/sql';
import {viewSql, type LoadPlan, type ViewPlan} from './plan-load.ts';
import {foreignKeySql, indexStatements, type TablePlan} from './plan-table.ts';
import {movingName} from './plan-indexes.ts';
import {createPositions, hasPositions, writePosition} from './positions.ts';
import {orphansOf, proveReferences} from './references.ts';
import {repoint} from './repoint.ts';
import type {Session} from './session.ts';
import {dropStaging, exchangeTables} from './table-locks.ts';

/**
 * New tables are built beside the live ones, and all exchanged by one RENAME TABLE. `isPartial`: rows may have been set aside, so that
 * others may miss them; a load of all rows has foreign keys as its source has.
 */
export function replaceLoad(session: Session, plan: LoadPlan, isPartial = false): LoadKind<Session> {
  const {database} = session.endpoint;
  const byTable = new Map(plan.tables.map(table => [table.schema.table, table]));
  const staged = (target: string) => stagingName(stagingHash(database, target));
  const retired = (target: string) => retiredName(stagingHash(database, target));
  const nameOf = (table: string) => staged(byTable.get(table)?.target ?? table);
  const targets = plan.tables.map(({target}) => target);
  let views: readonly ViewPlan[] = [];
  /** Foreign keys whose names were taken while both versions stood side by side. */
  let renamed: readonly {readonly table: TablePlan; readonly name: string; readonly wanted: string}[] = [];

  return {
    nameOf,

    async finish(signal) {
      const omissions: Omission[] = [];
      for (const table of plan.tables) omissions.push(...await addIndexes(session, table, nameOf(table.schema.table), signal));
      const keys = await addForeignKeys(session, plan.tables, nameOf, isPartial, signal);
      renamed = keys.renamed;
      omissions.push(...keys.omissions, ...await proveReferences(session, targets, staged, signal));
      const tried = await tryViews(session, plan.views, nameOf, name => staged(`view ${name}`), signal);
      views = tried.views;
      return [...omissions, ...tried.omissions];
    },

    async publish(positions, signal) {
      const live = await existing(session, targets, signal);
      const storesPositions = positions.size > 0 || await hasPositions(session, signal);
      // A position never outlives its rows: a crash in between reads from the beginning again.
      if (storesPositions) {
        await createPositions(session, signal);
        for (const target of targets) await writePosition(session, target, null, signal);
      }
      const moves = plan.tables.flatMap(({target}) => [
        ...(live.has(target) ? [`${quoteIdentifier('mysql', target)} TO ${quoteIdentifier('mysql', retired(target))}`] : []),
        `${quoteIdentifier('mysql', staged(target))} TO ${quoteIdentifier('mysql', target)}`,
      ]);
      if (moves.length > 0) await exchangeTables(session, `RENAME TABLE ${moves.join(', ')}`, signal);
      // From here on the load is live; what follows must not be stopped half-way by an abort.
      const go = new AbortController().signal;
      const warnings: string[] = [];
      const tidy = async (step: () => Promise<unknown>): Promise<boolean> => {
        try {
          await step();
          return true;
        } catch (error) {
          if (!(error instanceof PipelineError)) throw error;
          warnings.push(`the new tables are live, but: ${error.message}; the next load of them tidies up`);
          return false;
        }
      };
      const freed = await tidy(() => repoint(session, [...live].map(target => ({from: retired(target), to: target})), go));
      // The old tables go only when no key of others hangs on them any more.
      for (const target of freed ? live : []) {
        await tidy(() => session.run(`DROP ${live.isView(target) ? 'VIEW' : 'TABLE'} IF EXISTS ${quoteIdentifier('mysql', retired(target))}`, go, {table: target}));
      }
      for (const [target, position] of positions) await tidy(() => writePosition(session, target, position, go));
      await tidy(() => restoreNames(session, renamed, table => byTable.get(table)?.target ?? table, go));
      for (const view of views) {
        await tidy(() => session.run(viewSql(view, table => byTable.get(table)?.target ?? table), go, `view ${view.name}`));
      }
      return warnings;
    },

    abandon: fresh => dropStaging(fresh, [...targets, ...plan.views.map(({name}) => `view ${name}`)], new AbortController().signal),
  };
}

/** Secondary indexes; one the server refuses is left out, a unique one that is violated is a VALUE error. */
async function addIndexes(session: Session, table: TablePlan, name: string, signal: AbortSignal): Promise<Omission[]> {
  const omissions: Omission[] = [];
  const add = async (sql: string, indexes: readonly {readonly name: string; readonly unique: boolean}[]): Promise<unknown> => {
    try {
      await session.run(sql, signal, {table: table.schema.table});
      return null;
    } catch (error) {
      if (!(error instanceof PipelineError) || (error.code !== ErrorCode.SCHEMA && error.code !== ErrorCode.VALUE)) throw error;
      const unique = indexes.find(index => index.unique);
      if (error.code === ErrorCode.VALUE && unique && indexes.length === 1) {
        throw new PipelineError(ErrorCode.VALUE, `table ${table.schema.table}: rows violate its unique index ${unique.name}`, {
          table: table.schema.table, ...(error.remedy !== undefined && {remedy: error.remedy}),
        });
      }
      return error;
    }
  };
  for (const {sql, indexes} of indexStatements(table, name)) {
    if (await add(sql, indexes) === null) continue;
    // One of them is the culprit: each by itself.
    for (const index of indexes) {
      if (indexes.length > 1 && await add(`ALTER TABLE ${quoteIdentifier('mysql', name)} ADD ${index.sql}`, [index]) === null) continue;
      omissions.push({table: table.schema.table, kind: index.unique ? 'unique' : 'index', name: index.name, reason: 'the server refuses it'});
    }
  }
  return omissions;
}

async function addForeignKeys(session: Session, tables: readonly TablePlan[], nameOf: (table: string) => string, isPartial: boolean, signal: AbortSignal) {
  const omissions: Omission[] = [];
  const renamed: {table: TablePlan; name: string; wanted: string}[] = [];
  const taken = await constraintNames(session, signal);
  for (const table of tables) {
    for (const key of table.foreignKeys) {
      const name = nameOf(table.schema.table);
      // This session adds keys without a look at the rows.
      const orphans = isPartial ? await orphansOf(session, {table: name, key}, nameOf(key.table), signal) : 0;
      if (orphans > 0) {
        omissions.push({table: table.schema.table, kind: 'foreign key', name: key.name, reason: `${orphans === 1 ? 'a row finds' : `${orphans} rows find`} no partner in ${key.table}: rows were set aside`});
        continue;
      }
      const wanted = taken.has(key.name.toLowerCase()) ? null : key.name;
      // The second name begins with the table's: the server changes it when the table is renamed.
      const constraint = wanted ?? movingName(name, 'ibfk', key.name.slice(0, 20));
      try {
        if (constraint === null) throw new PipelineError(ErrorCode.SCHEMA, 'its name is too long');
        await session.run(foreignKeySql(key, name, nameOf, constraint, session.server.flavor), signal, {table: table.schema.table});
        taken.add(constraint.toLowerCase());
        if (wanted === null) renamed.push({table, name: `${table.target}_ibfk_${key.name.slice(0, 20)}`, wanted: key.name});
      } catch (error) {
        if (!(error instanceof PipelineError) || (error.code !== ErrorCode.SCHEMA && error.code !== ErrorCode.VALUE)) throw error;
        omissions.push({table: table.schema.table, kind: 'foreign key', name: key.name, reason: 'the server refuses it'});
      }
    }
  }
  return {omissions, renamed};
}

/** Makes each view over the tables under construction, to see whether the server takes it; then takes it away again. */
async function tryViews(
  session: Session, plans: readonly ViewPlan[], nameOf: (table: string) => string, nameOfView: (view: string) => string, signal: AbortSignal,
): Promise<{views: readonly ViewPlan[]; omissions: readonly Omission[]}> {
  const omissions: Omission[] = [];
  const there = await existing(session, plans.map(({name}) => name), signal);
  const isFree = ({name}: ViewPlan) => !there.has(name) || there.isView(name);
  for (const {name} of plans.filter(view => !isFree(view))) omissions.push({table: null, kind: 'view', name, reason: 'a table of the destination has its name'});
  let left = plans.filter(isFree);
  const made: ViewPlan[] = [];
  // A view may read another one: whoever fails is tried again once the others are there.
  for (let progress = true; progress && left.length > 0;) {
    progress = false;
    const failed: ViewPlan[] = [];
    for (const view of left) {
      const sql = viewSql(view, nameOf, nameOfView(view.name));
      const inner = made.reduce((text, other) => text.replaceAll(quoteIdentifier('mysql', other.name), quoteIdentifier('mysql', nameOfView(other.name))), sql.slice(sql.indexOf(' AS ')));
      try {
        await session.run(sql.slice(0, sql.indexOf(' AS ')) + inner, signal, `view ${view.name}`);
        made.push(view);
        progress = true;
      } catch (error) {
        if (!(error instanceof PipelineError) || error.code === ErrorCode.CONNECT) throw error;
        failed.push(view);
      }
    }
    left = failed;
  }
  for (const view of made) await session.run(`DROP VIEW IF EXISTS ${quoteIdentifier('mysql', nameOfView(view.name))}`, signal);
  for (const view of left) omissions.push({table: null, kind: 'view', name: view.name, reason: 'the server refuses its SQL'});
  return {views: made, omissions};
}

/** Which of the names are taken by tables or views. */
async function existing(session: Session, targets: readonly string[], signal: AbortSignal) {
  const rows = await session.rows('SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()', signal);
  const types = new Map(rows.map(([name, type]) => [String(name), String(type)]));
  const there = new Set(targets.filter(target => types.has(target)));
  return Object.assign(there, {isView: (target: string) => types.get(target) === 'VIEW'});
}

async function constraintNames(session: Session, signal: AbortSignal): Promise<Set<string>> {
  const rows = await session.rows(
    "SELECT CONSTRAINT_NAME FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND CONSTRAINT_TYPE = 'FOREIGN KEY'", signal);
  return new Set(rows.map(row => String(row[0]).toLowerCase()));
}

/** Gives foreign keys the names they had at the source, now that the old tables no longer hold them. */
async function restoreNames(
  session: Session, renamed: readonly {readonly table: TablePlan; readonly name: string; readonly wanted: string}[],
  nameOf: (table: string) => string, signal: AbortSignal,
): Promise<void> {
  for (const {table, name, wanted} of renamed) {
    const key = table.foreignKeys.find(it => it.name === wanted)!;
    const [, addition = ''] = foreignKeySql(key, table.target, nameOf, wanted, session.server.flavor).split(/(?= ADD CONSTRAINT )/);
    // One statement: the key is never missing. Without checks it touches no rows.
    await session.run(`ALTER TABLE ${quoteIdentifier('mysql', table.target)} DROP FOREIGN KEY ${quoteIdentifier('mysql', name)},${addition}`, signal, {table: table.target})
      .catch((error: unknown) => { if (!(error instanceof PipelineError) || error.code === ErrorCode.CONNECT) throw error; });
  }
}
