import {ErrorCode, PipelineError, type QueryResult, type ResultColumn, type Value} from '@sluice/core';
import {count} from './format.ts';
import {cellText, isNumeric, sizeOf} from './value-text.ts';

/** Which columns make the bars, by their names; what is left out is found. */
export interface ChartChoice {
  /** How long they are. */
  readonly value?: string | undefined;
  /** What stands beside them. */
  readonly labels?: readonly string[] | undefined;
  /** Bars that have the same of it stand together. */
  readonly group?: string | undefined;
}

export interface Bar {
  readonly label: string;
  /** The number as it is in the table. */
  readonly text: string;
  /** Null where there is no number. */
  readonly size: number | null;
}

export interface ChartGroup {
  /** Null for the one group of a chart without. */
  readonly name: string | null;
  readonly bars: readonly Bar[];
}

/** Bars on one scale, which has zero on it. */
export interface Chart {
  /** `licences by year, for each species`. */
  readonly title: string;
  readonly groups: readonly ChartGroup[];
  /** The scale: at most zero, at least zero. */
  readonly least: number;
  readonly most: number;
  /** Why not all rows are drawn; null when they are. */
  readonly note: string | null;
}

/** More bars than these nobody compares. */
const MOST_BARS = 100;

/**
 * The bars of a result, or why there are none, as a sentence. Without a choice the first columns that tell the drawn rows apart stand beside
 * the bars, and the first number behind them is drawn. Throws CONFIG for a choice of columns that are not there or hold no numbers.
 */
export function chartOf({columns, rows}: Pick<QueryResult, 'columns' | 'rows'>, choice: ChartChoice = {}): Chart | string {
  // Names are looked at first: a slip of the pen is one with and without rows.
  const chosen = indexesOf(columns, choice);
  if (rows.length === 0) return 'There is no chart: there are no rows.';
  const numeric = columns.map((column, at) => isNumeric(column, rows.map(row => row[at] ?? null)));
  if (chosen.value !== null && !numeric[chosen.value]) throw wrong('value', `column ${columns[chosen.value]?.name} does not hold numbers`);
  const drawn = rows.slice(0, MOST_BARS);
  const {value, labels} = found(drawn, numeric, chosen);
  if (value === null) return 'There is no chart: no column holds numbers.';
  const [first, ...others] = labels;
  const group = chosen.group ?? (chosen.labels === null && first !== undefined && others.length > 0 ? first : null);
  const beside = labels.filter(at => at !== group);

  const groups = new Map<string | null, Bar[]>();
  const column = columns[value]!;
  for (const row of drawn) {
    const name = group === null ? null : cellText(row[group] ?? null);
    const bar = {label: beside.map(at => cellText(row[at] ?? null)).join(', '), text: cellText(row[value] ?? null), size: sizeOf(row[value] ?? null, column)};
    groups.set(name, [...(groups.get(name) ?? []), bar]);
  }
  const all = [...groups].map(([name, bars]): ChartGroup => ({name, bars}));
  const sizes = all.flatMap(({bars}) => bars.flatMap(({size}) => size ?? []));
  const by = beside.length === 0 ? '' : ` by ${beside.map(at => columns[at]!.name).join(', ')}`;
  return {
    title: `${column.name}${by}${group === null ? '' : `, for each ${columns[group]!.name}`}`, groups: all,
    least: Math.min(0, ...sizes), most: Math.max(0, ...sizes),
    note: rows.length > MOST_BARS ? `The first ${count(MOST_BARS)} of ${count(rows.length)} rows are drawn.` : null,
  };
}

interface Chosen {
  readonly value: number | null;
  readonly labels: readonly number[] | null;
  readonly group: number | null;
}

function indexesOf(columns: readonly ResultColumn[], {value, labels, group}: ChartChoice): Chosen {
  const find = (name: string, of: string) => {
    const at = columns.findIndex(column => column.name === name);
    if (at < 0) throw wrong(of, `there is no column ${name}`, `columns: ${columns.map(column => column.name).join(', ')}`);
    return at;
  };
  return {value: value === undefined ? null : find(value, 'value'), labels: labels?.map(name => find(name, 'labels')) ?? null, group: group === undefined ? null : find(group, 'group')};
}

const wrong = (of: string, what: string, remedy = 'name another one') => new PipelineError(ErrorCode.CONFIG, `the chart's ${of}: ${what}`, {remedy});

/** What was chosen, and the rest by what the columns hold. */
function found(rows: readonly (readonly Value[])[], numeric: readonly boolean[], {value, labels, group}: Chosen): {readonly value: number | null; readonly labels: readonly number[]} {
  const all = numeric.map((_, at) => at);
  if (labels !== null || group !== null) {
    const named = [...(group === null ? [] : [group]), ...(labels ?? [])];
    const drawn = value ?? all.find(at => numeric[at] && !named.includes(at)) ?? null;
    return {value: drawn, labels: labels ?? all.filter(at => at !== group && at !== drawn)};
  }
  const others = all.filter(at => at !== value);
  for (let n = 1; n < others.length + (value === null ? 0 : 1); n++) {
    const prefix = others.slice(0, n);
    const drawn = value ?? others.slice(n).find(at => numeric[at]) ?? null;
    if (drawn !== null && new Set(rows.map(row => JSON.stringify(prefix.map(at => cellText(row[at] ?? null))))).size === rows.length) return {value: drawn, labels: prefix};
  }
  const last = value ?? all.findLast(at => numeric[at]) ?? null;
  return {value: last, labels: all.filter(at => at !== last)};
}
