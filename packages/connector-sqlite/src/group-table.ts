import {groupColumns, must, type Fitting, type GroupTable, type Row, type TableLossRules} from '@sluice/core';
import type {Database, Statement} from 'better-sqlite3';
import {binderOf, type Bound} from './bind.ts';
import {decoderOf} from './decode.ts';
import {classify} from './errors.ts';
import {groupFittingOf, keyFittingOf} from './fitting.ts';
import {Inserter} from './inserter.ts';
import type {Layout} from './layout.ts';
import {quote} from './quote.ts';
import type {TablePlan} from './table-plan.ts';

export interface GroupTableSetup {
  readonly db: Database;
  /** The file's name for people. */
  readonly file: string;
  readonly group: GroupTable;
  readonly plan: TablePlan;
  readonly layout: Layout;
  readonly rules?: TableLossRules | undefined;
}

/** One table of a store in a file. Comparing is by the bytes, whatever a column's collation is. */
export class KeptTable {
  readonly table: string;
  readonly fitting: Fitting;
  readonly keyFitting: Fitting;
  readonly #setup: GroupTableSetup;
  /** The columns of the group under the names of the file, and what binds a value of theirs. */
  readonly #key: readonly {readonly name: string; readonly bind: ReturnType<typeof binderOf>}[];
  readonly #read: Statement;
  readonly #decoders: readonly {readonly at: number; readonly decode: (value: Bound) => Row[number]}[];
  #remove: Statement | null = null;
  #inserter: Inserter | null = null;

  constructor(setup: GroupTableSetup) {
    const {db, group, plan, layout, rules} = setup;
    this.table = group.schema.table;
    this.#setup = setup;
    this.fitting = groupFittingOf(plan, group.group, rules);
    this.keyFitting = keyFittingOf(plan, group.group);
    const columns = plan.columns.map((column, at) => ({column, name: layout.columns.find(placed => placed.at === at)?.name ?? column.name}));
    this.#key = groupColumns(group).map(at => {
      const {column, name} = must(columns[at], 'a column of the group');
      return {name, bind: binderOf(column.rule.storage)};
    });
    this.#read = db.prepare(`SELECT ${columns.map(({name}) => quote(name)).join(', ')} FROM ${quote(plan.name)} WHERE ${this.#same}`).raw().safeIntegers();
    this.#decoders = columns.flatMap(({column}, at) => {
      const decode = decoderOf(column.column, column.rule.storage).exact;
      return decode === null ? [] : [{at, decode}];
    });
  }

  /** The rows of all groups, or of these. */
  remove(groups: readonly Row[] | 'all'): number {
    const {db, plan} = this.#setup;
    return this.#doing(() => {
      if (groups === 'all') return db.prepare(`DELETE FROM ${quote(plan.name)}`).run().changes;
      this.#remove ??= db.prepare(`DELETE FROM ${quote(plan.name)} WHERE ${this.#same}`);
      let deleted = 0;
      for (const key of groups) deleted += this.#remove.run(this.bound(key)).changes;
      return deleted;
    });
  }

  insert(rows: readonly Row[]): void {
    const {db, file, plan, layout} = this.#setup;
    this.#doing(() => {
      this.#inserter ??= new Inserter(db, {
        file, table: this.table, target: plan.name, conflict: '',
        columns: layout.columns.map(({plan: {column, rule}, name, at}) => ({name, at, nullable: column.nullable, storage: rule.storage})),
      });
      this.#inserter.insert(rows, 0, rows.length, 0);
    });
  }

  read(groups: readonly Row[]): Row[] {
    return this.#doing(() => groups.flatMap(key => {
      const rows = this.#read.all(this.bound(key)) as Row[];
      for (const {at, decode} of this.#decoders) for (const row of rows) row[at] = decode(row[at] as Bound);
      return rows;
    }));
  }

  keyless(): number {
    const {db, plan} = this.#setup;
    return this.#doing(() => Number(db.prepare(`SELECT count(*) FROM ${quote(plan.name)} WHERE ${this.#key.map(({name}) => `${quote(name)} IS NULL`).join(' OR ')}`).pluck().get()));
  }

  /** A statement that gives at most so many keys, from the first or, with their values bound, after one. */
  keysSql(isFirst: boolean, limit: number): string {
    const names = this.#key.map(({name}) => `${quote(name)} COLLATE BINARY`);
    const beyond = isFirst ? this.#key.map(({name}) => `${quote(name)} IS NOT NULL`).join(' AND ') : `(${names.join(', ')}) > (${names.map(() => '?').join(', ')})`;
    const order = names.map((_, i) => String(i + 1)).join(', ');
    return `SELECT * FROM (SELECT DISTINCT ${names.map((name, i) => `${name} AS k${i}`).join(', ')} FROM ${quote(this.#setup.plan.name)} WHERE ${beyond} ORDER BY ${order} LIMIT ${limit})`;
  }

  /** Keys of the statement as they are in rows, in place. */
  decodeKeys(keys: Row[]): void {
    for (const [i, at] of groupColumns(this.#setup.group).entries()) {
      const decoder = this.#decoders.find(each => each.at === at);
      if (decoder) for (const key of keys) key[i] = decoder.decode(key[i] as Bound);
    }
  }

  get #same(): string {
    return this.#key.map(({name}) => `${quote(name)} = ? COLLATE BINARY`).join(' AND ');
  }

  /** What is bound for a key. */
  bound(key: Row): Bound[] {
    return this.#key.map(({bind}, i) => (bind === null ? key[i] as Bound : bind(key[i]!)));
  }

  #doing<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw classify(error, {file: this.#setup.file, table: this.table});
    }
  }
}
