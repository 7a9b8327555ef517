import type {DialectName} from './dialect.ts';
import {collated, distinguishable} from './functions.ts';
import {Assumptions, columnOf, sameName, scopeColumns, type Meaning, type Scope, type ScopeSource, type Translated} from './meaning.ts';
import {quoteIdentifier} from './quote.ts';
import {refuse, type Expression, type FromItem, type OrderTerm, type Select, type SelectCore} from './syntax.ts';
import type {TranslatableColumn, TranslatableTable} from './translate.ts';
import {inside, translateValue, truth, unify, type Context} from './translate-value.ts';

/** A SELECT of the other side. */
export interface TranslatedSelect {
  readonly sql: string;
  readonly columns: readonly (Meaning & {readonly name: string | null})[];
}

/** Translates SELECTs over known tables. */
export class SelectTranslator {
  readonly assumptions = new Assumptions();
  readonly #from: DialectName;
  readonly #to: DialectName;
  readonly #tables: readonly TranslatableTable[];
  readonly #database: string | null;

  constructor(from: DialectName, to: DialectName, tables: readonly TranslatableTable[], database: string | null) {
    this.#from = from;
    this.#to = to;
    this.#tables = tables;
    this.#database = database;
  }

  /** The columns of a whole SELECT, for a view that reads this one. */
  static columns({columns}: TranslatedSelect): TranslatableColumn[] {
    return columns.map((column, i) => columnOf(column.name ?? `column ${i + 1}`, column));
  }

  select({arms, orderBy, limit, offset}: Select, outer: Scope | null): TranslatedSelect {
    // UNION without ALL, anywhere, removes doubles among all that stands before it.
    const distinct = arms.some(({operator}) => operator === 'union');
    const cores = arms.map(({core}) => this.#core(core, outer, distinct));
    const first = cores[0]!;
    for (const {columns} of cores) if (columns.length !== first.columns.length) refuse('the parts of its UNION have different numbers of columns');
    const columns = first.columns.map((column, i) => ({...(cores.length > 1 ? unify(cores.map(core => core.columns[i]!)) : column), name: column.name}));
    const parts = cores.map((core, i) => `${arms[i]!.operator ? ` ${arms[i]!.operator.toUpperCase()} ` : ''}${core.sql}`);
    const order = orderBy.map(term => this.#order(term, first, columns, cores.length > 1, limit !== null));
    return {
      columns,
      sql: parts.join('')
        + (order.length > 0 ? ` ORDER BY ${order.join(', ')}` : '')
        + (limit === null ? '' : ` LIMIT ${limit}`) + (offset === null ? '' : ` OFFSET ${offset}`),
    };
  }

  #core(core: SelectCore, outer: Scope | null, inDistinctUnion: boolean): TranslatedSelect & {readonly context: Context} {
    const sources: ScopeSource[] = [];
    // Conditions of joins see all the tables, as in both servers.
    const scope: Scope = {sources, outer};
    const context: Context = {
      from: this.#from, to: this.#to, scope, assumptions: this.assumptions, wantOwn: database => this.#wantOwn(database),
      // One server on both sides computes alike.
      bounded: (this.#from === 'sqlite') !== (this.#to === 'sqlite'),
      subselect: (select, around) => this.select(select, around),
    };
    for (const item of core.from) this.#collect(item, sources, outer);
    const from = core.from.map(item => this.#fromItem(item, context, outer));
    const where = core.where && this.#condition(core.where, context);
    if (where?.aggregate) refuse('an aggregate stands in its WHERE');

    const items = core.items.flatMap(item => {
      if (item.kind === 'value') return [{name: item.name, value: translateValue(item.value, context)}];
      const wanted = sources.filter(({alias}) => item.qualifier === null || sameName(alias ?? '', item.qualifier));
      if (wanted.length === 0) refuse('it takes all columns of a table that is not there');
      return wanted.flatMap(({alias, columns}) => columns.map(({name, target, meaning}) => ({
        name, value: {...meaning, atom: true, sql: `${quoteIdentifier(this.#to, alias!)}.${quoteIdentifier(this.#to, target)}`},
      })));
    });
    // Behind WHERE the names of results may stand for them.
    const later: Context = {...context, scope: {...scope, results: items.flatMap(({name, value}) => (name === null ? [] : [{name, value}]))}};
    const groupBy = core.groupBy.map(value => {
      if (value.kind === 'number') refuse('it groups by the number of a column');
      const by = translateValue(value, later);
      if (by.aggregate) refuse('it groups by an aggregate');
      return distinguishable(by, later);
    });
    const having = core.having && this.#condition(core.having, later);
    const distinct = core.distinct || inDistinctUnion;
    const written = items.map(({name, value}) => {
      const isBare = value.atom && value.origins !== undefined && !value.sql.includes('(');
      // A result that is no column gets the collation that it has, for whoever compares it.
      const plain = this.#to === 'sqlite' && value.type === 'text' && !isBare ? collated(value) : value.sql;
      const sql = distinct ? distinguishable(value, context) : plain;
      return name === null ? sql : `${sql} AS ${quoteIdentifier(this.#to, name)}`;
    });
    return {
      context: later,
      columns: items.map(({name, value: {sql: _, atom: __, aggregate: ___, ...meaning}}) => ({...meaning, name})),
      sql: `SELECT ${core.distinct ? 'DISTINCT ' : ''}${written.join(', ')}`
        + (from.length > 0 ? ` FROM ${from.join(', ')}` : '')
        + (where ? ` WHERE ${where.sql}` : '')
        + (groupBy.length > 0 ? ` GROUP BY ${groupBy.join(', ')}` : '')
        + (having ? ` HAVING ${having.sql}` : ''),
    };
  }

  #condition(value: Expression, context: Context): Translated {
    return truth(translateValue(value, context));
  }

  /** Tables of the FROM, each under its alias, with what is known of their columns. */
  #collect(item: FromItem, sources: ScopeSource[], outer: Scope | null): void {
    if (item.kind === 'join') {
      this.#collect(item.left, sources, outer);
      this.#collect(item.right, sources, outer);
      return;
    }
    if (sources.some(({alias}) => sameName(alias ?? '', item.alias))) refuse('two tables of it have one name');
    if (item.kind === 'table') {
      this.#wantOwn(item.database);
      const table = this.#table(item.name);
      sources.push({alias: item.alias, columns: scopeColumns(table, table.target ?? table.name)});
      return;
    }
    const {columns} = this.select(item.select, outer);
    sources.push({
      alias: item.alias,
      columns: columns.map(({name: given, ...meaning}) => {
        const name = given ?? refuse('a column of a SELECT in its FROM has no name');
        return {name, target: name, meaning};
      }),
    });
  }

  #wantOwn(database: string | null): void {
    if (database !== null && !sameName(database, this.#database ?? '')) refuse('it reads another database');
  }

  #table(name: string): TranslatableTable {
    const found = this.#tables.filter(table => table.name === name);
    const close = found.length > 0 ? found : this.#tables.filter(table => sameName(table.name, name));
    if (close.length > 1) refuse('it reads a table that could be two');
    return close[0] ?? refuse('it reads a table or view that is not in the load, or could not be translated');
  }

  #fromItem(item: FromItem, context: Context, outer: Scope | null): string {
    switch (item.kind) {
      case 'table': {
        const table = this.#table(item.name);
        const target = table.target ?? table.name;
        return `${quoteIdentifier(this.#to, target)}${target === item.alias ? '' : ` AS ${quoteIdentifier(this.#to, item.alias)}`}`;
      }
      case 'derived': return `(${this.select(item.select, outer).sql}) AS ${quoteIdentifier(this.#to, item.alias)}`;
      case 'join': {
        const on = item.on && this.#condition(item.on, context);
        const word = {inner: 'JOIN', left: 'LEFT JOIN', cross: 'CROSS JOIN'}[item.type];
        const right = this.#fromItem(item.right, context, outer);
        return `${this.#fromItem(item.left, context, outer)} ${word} ${item.right.kind === 'join' ? `(${right})` : right}${on ? ` ON ${inside(on)}` : ''}`;
      }
    }
  }

  #order({value, descending}: OrderTerm, core: TranslatedSelect & {readonly context: Context}, columns: readonly (Meaning & {readonly name: string | null})[], compound: boolean, limited: boolean): string {
    const direction = descending ? ' DESC' : '';
    let meaning: Meaning;
    let sql: string;
    const position = value.kind === 'number' ? Number(value.text) : columns.findIndex(({name}) => value.kind === 'column' && value.qualifier === null && sameName(name ?? '', value.name)) + 1;
    const named = columns[position - 1];
    const digits = this.#to === 'sqlite' && named?.decimalAsText === true;
    if (named && !(digits && !compound && value.kind === 'column')) {
      if (digits) refuse('it is sorted by a decimal of many digits, which is text there');
      meaning = named;
      sql = String(position);
    } else {
      if (compound || value.kind === 'number') refuse('it is sorted by something that is no column of its UNION');
      const translated = translateValue(value, core.context);
      meaning = translated;
      sql = translated.decimalAsText && this.#to === 'sqlite' ? `CAST(${translated.sql} AS REAL)` : translated.sql;
    }
    const {type} = meaning;
    if (core.context.bounded && (meaning.ranked || ['time', 'json', 'uuid'].includes(type))) {
      refuse(`it is sorted by ${meaning.ranked ? 'the numbers of labels, or by addresses' : `${type} values`}, which are sorted as text elsewhere`);
    }
    // Without a LIMIT the order changes no row.
    if (limited && !['int', 'bool', 'float', 'date', 'timestamp', 'timestamptz'].includes(type)) refuse('its LIMIT depends on the order of text');
    return `${sql}${direction}`;
  }
}
