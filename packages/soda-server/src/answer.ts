import {add, compareExact, exactOf, printExact, remainder, ZERO} from './decimals.ts';
import {SoqlError, type AggregateName, type Soql, type SoqlCondition, type SoqlOperand} from './soql.ts';
import {rowIdOf, type SodaContent, type SodaRow, type SodaTable} from './tables.ts';

/** What a query gives: names, the types as SoQL calls them, and rows of JSON texts. */
export interface Answer {
  readonly fields: readonly string[];
  readonly types: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

const DEFAULT_LIMIT = 1000;
const SYSTEM = [':id', ':created_at', ':updated_at', ':version'];

/** How header and query language call what metadata calls otherwise. */
const SOQL_TYPES: Readonly<Record<string, string>> = {calendar_date: 'floating_timestamp', date: 'fixed_timestamp', checkbox: 'boolean', money: 'number', percent: 'number', stars: 'number'};

interface Field {
  readonly name: string;
  readonly type: string;
  text(row: SodaRow): string | null;
}

/** Runs a query over a table as it is now. Throws SoqlError. */
export function answer(table: SodaTable, {items, where, order, limit, offset}: Soql, {ignoresWhere = false, defaultLimit = DEFAULT_LIMIT}: {readonly ignoresWhere?: boolean; readonly defaultLimit?: number} = {}): Answer {
  const content = table.forQueries();
  const {textOrder = byCodeUnits} = table.options;
  const fields = fieldsOf(content);
  const field = (name: string): Field => {
    const found = fields.get(name);
    if (!found) throw new SoqlError('query.soql.no-such-column', `No such column: ${name}`, {column: name, dataset: 'alpha.1', position: {row: 1, column: 8}});
    return found;
  };
  const holds = where === null || ignoresWhere ? () => true : condition(where, field, table);
  const rows = content.rows.filter(holds);

  if (items.some(({kind}) => kind === 'aggregate')) {
    // Of a column that is counted, summed and compared the values are looked at once.
    const known = new Map<string, readonly string[]>();
    const valuesOf = (of: Field) => {
      const values = known.get(of.name) ?? rows.flatMap(row => of.text(row) ?? []).map(plain);
      known.set(of.name, values);
      return values;
    };
    const results = items.map(item => {
      if (item.kind !== 'aggregate') throw new SoqlError('query.soql.column-not-in-group-bys', 'Column not in group bys');
      const of = item.column === null ? null : field(item.column);
      return {as: item.as, type: item.name === 'count' || item.name === 'sum' ? 'number' : of?.type ?? 'number', text: of === null ? JSON.stringify(String(rows.length)) : aggregate(item.name, of, valuesOf(of), textOrder)};
    });
    return {fields: results.map(({as}) => as), types: results.map(({type}) => type), rows: [results.map(({text}) => text)]};
  }

  // Columns that the platform computes are no part of the star once there is an order.
  const chosen = items.flatMap(item => {
    if (item.kind === 'system star') return SYSTEM.map(name => ({as: name, field: field(name)}));
    if (item.kind === 'star') return content.columns.filter(({fieldName}) => order.length === 0 || !fieldName.startsWith(':@')).map(({fieldName}) => ({as: fieldName, field: field(fieldName)}));
    return item.kind === 'column' ? [{as: item.as, field: field(item.column)}] : [];
  });
  const by = order.map(({column, descending}) => ({compare: comparison(field(column), textOrder), sign: descending ? -1 : 1}));
  const sorted = by.length === 0 ? rows : rows.toSorted((a, b) => {
    for (const {compare, sign} of by) {
      const difference = compare(a, b) * sign;
      if (difference !== 0) return difference;
    }
    return 0;
  });
  const page = sorted.slice(offset, offset + (limit ?? defaultLimit));
  return {fields: chosen.map(({as}) => as), types: chosen.map(each => each.field.type), rows: page.map(row => chosen.map(each => each.field.text(row)))};
}

function fieldsOf({columns}: SodaContent): Map<string, Field> {
  const fields = new Map<string, Field>();
  columns.forEach(({fieldName, dataTypeName}, i) => fields.set(fieldName, {name: fieldName, type: SOQL_TYPES[dataTypeName] ?? dataTypeName, text: ({cells}) => cells[i] ?? null}));
  fields.set(':id', {name: ':id', type: 'row_identifier', text: ({sid}) => JSON.stringify(rowIdOf(sid))});
  fields.set(':created_at', {name: ':created_at', type: 'fixed_timestamp', text: momentText(({createdAt}) => createdAt)});
  fields.set(':updated_at', {name: ':updated_at', type: 'fixed_timestamp', text: momentText(({updatedAt}) => updatedAt)});
  fields.set(':version', {name: ':version', type: 'row_version', text: ({sid, updatedAt}) => JSON.stringify(`rv-${rowIdOf(sid + Math.floor(updatedAt / 1000)).slice(4)}`)});
  return fields;
}

/** Rows that came together have one moment, which is printed once. */
function momentText(of: (row: SodaRow) => number): (row: SodaRow) => string {
  let last = NaN;
  let text = '';
  return row => {
    const moment = of(row);
    if (moment !== last) [last, text] = [moment, JSON.stringify(new Date(moment).toISOString())];
    return text;
  };
}

const plain = (text: string): string => (text.startsWith('"') ? JSON.parse(text) as string : text);

function comparison({name, type, text}: Field, textOrder: TextOrder): (a: SodaRow, b: SodaRow) => number {
  if (name === ':id') return (a, b) => a.sid - b.sid;
  return (a, b) => {
    const [left, right] = [text(a), text(b)];
    // NULLs come last, as in PostgreSQL.
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    return compareTexts(type, plain(left), plain(right), textOrder);
  };
}

const isNumber = (type: string): boolean => type === 'number' || type === 'double';

type TextOrder = (a: string, b: string) => number;
const byCodeUnits: TextOrder = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

const compareTexts = (type: string, a: string, b: string, textOrder = byCodeUnits): number =>
  (isNumber(type) ? compareExact(exactOf(a), exactOf(b)) : type === 'text' ? textOrder(a, b) : byCodeUnits(a, b));

function condition(where: SoqlCondition, field: (name: string) => Field, table: SodaTable): (row: SodaRow) => boolean {
  if (where.kind === 'and' || where.kind === 'or') {
    const [left, right] = [condition(where.left, field, table), condition(where.right, field, table)];
    return where.kind === 'and' ? row => left(row) && right(row) : row => left(row) || right(row);
  }
  if (where.kind === 'null') {
    const of = field(where.column);
    return row => (of.text(row) === null) !== where.negated;
  }
  const {left, operator, right} = where;
  const meets = (difference: number) => {
    if (operator === '=') return difference === 0;
    if (operator === '!=') return difference !== 0;
    if (operator.startsWith('<')) return difference < 0 || (operator === '<=' && difference === 0);
    return difference > 0 || (operator === '>=' && difference === 0);
  };
  if (left.kind === 'column' && left.column === ':id' && right.kind === 'literal') {
    const sid = table.sidOf(right.text);
    if (sid === null) throw new SoqlError('query.soql.type-mismatch', 'Type mismatch for op$>, is row_identifier', {dataset: 'alpha.1'});
    return row => meets(row.sid - sid);
  }
  const [a, b] = [operand(left, field), operand(right, field)];
  // A text on the other side is taken for what the column is.
  const type = isNumber(a.type) || isNumber(b.type) ? 'number' : 'text';
  return row => {
    const [one, other] = [a.text(row), b.text(row)];
    return one !== null && other !== null && meets(compareTexts(type, one, other));
  };
}

function operand(it: SoqlOperand, field: (name: string) => Field): {readonly type: string; text(row: SodaRow): string | null} {
  if (it.kind === 'literal') return {type: it.isText || /^[tf]/.test(it.text) ? 'text' : 'number', text: () => it.text};
  const of = field(it.column);
  if (it.modulo === null) return {type: of.type, text: row => plainOrNull(of.text(row))};
  if (!isNumber(of.type)) throw new SoqlError('query.soql.type-mismatch', `Type mismatch for op$%, is ${of.type}`, {dataset: 'alpha.1'});
  const divisor = exactOf(it.modulo);
  return {type: 'number', text: row => {
    const value = plainOrNull(of.text(row));
    return value === null ? null : printExact(remainder(exactOf(value), divisor));
  }};
}

const plainOrNull = (text: string | null): string | null => (text === null ? null : plain(text));

function aggregate(name: AggregateName, field: Field, texts: readonly string[], textOrder: TextOrder): string | null {
  if (name === 'count') return JSON.stringify(String(texts.length));
  if (texts.length === 0) return null;
  if (name === 'sum') {
    if (!isNumber(field.type)) throw new SoqlError('query.soql.type-mismatch', `Type mismatch for sum, is ${field.type}`, {dataset: 'alpha.1'});
    return JSON.stringify(printExact(texts.map(exactOf).reduce(add, ZERO)));
  }
  const sign = name === 'min' ? 1 : -1;
  return JSON.stringify(texts.reduce((best, text) => (compareTexts(field.type, text, best, textOrder) * sign < 0 ? text : best)));
}
