import type {QueryResult} from '@sluice/core';
import type {Chart} from './chart.ts';
import {chartLines} from './chart-text.ts';
import {counted, moment} from './format.ts';
import {printable, visible} from './printable.ts';
import {marks, padEnd, padStart, paint, shorten, widthOf, type Marks, type Paint} from './terminal-text.ts';
import {cellText, isNumeric} from './value-text.ts';

/** The answer to a saved question. */
export interface ResultReport extends QueryResult {
  readonly title: string;
  /** What was asked, without user information. */
  readonly source: string;
  readonly sql: string;
  /** When, an ISO instant. */
  readonly at: string;
  /** Bars, a sentence about why there are none, or null: none were wanted. */
  readonly chart: Chart | string | null;
}

export interface ResultTextOptions {
  readonly color?: boolean;
  /** Columns of the terminal. */
  readonly width?: number;
  readonly unicode?: boolean;
}

/** The answer for a terminal: every row in a line, numbers whole, long texts shortened; then the bars. */
export function renderResult(report: ResultReport, {color = false, width = 80, unicode = true}: ResultTextOptions = {}): string {
  const signs = marks(unicode);
  const style = paint(color);
  const {title, source, at, rows, chart} = report;
  const lines = [style.bold(shorten(printable(title), width, signs.ellipsis)), style.quiet(`${printable(source)} ${signs.dot} ${moment(at)}`), ''];
  if (rows.length === 0) return `${[...lines, 'There are no rows.'].join('\n')}\n`;
  lines.push(...tableLines(report, width, signs, style), style.quiet(rowsText(report)));
  if (typeof chart === 'string') lines.push('', chart);
  else if (chart !== null) lines.push('', style.quiet(shorten(visible(chart.title), width, signs.ellipsis)), ...chartLines(chart, width, signs, style), ...(chart.note === null ? [] : [style.quiet(chart.note)]));
  return `${lines.join('\n')}\n`;
}

const GAP = '  ';
/** A text is shortened to this, where lines would be too long; numbers never are. */
const SHORTEST = 12;

function tableLines({columns, rows}: ResultReport, width: number, signs: Marks, style: Paint): string[] {
  const all = columns.map((column, at) => {
    const isNumber = isNumeric(column, rows.map(row => row[at] ?? null));
    const cells = rows.map(row => cellText(row[at] ?? null));
    const name = visible(column.name);
    const longest = cells.reduce((most, cell) => Math.max(most, widthOf(cell)), 0);
    return {name, isNumber, cells, width: Math.max(widthOf(name), longest), least: isNumber ? longest : SHORTEST};
  });
  for (let over = all.reduce((sum, each) => sum + each.width + GAP.length, -GAP.length) - width; over > 0;) {
    // The widest gives way, one character at a time.
    const widest = all.filter(each => each.width > each.least).sort((a, b) => b.width - a.width)[0];
    if (widest === undefined) return rowLines(all, rows.length, width, signs, style);
    widest.width--;
    over--;
  }
  const line = (texts: readonly string[]) => all.map((each, at) => (each.isNumber ? padStart : padEnd)(shorten(texts[at] ?? '', each.width, signs.ellipsis), each.width)).join(GAP).trimEnd();
  const rule = signs.rule.repeat(all.reduce((sum, each) => sum + each.width + GAP.length, -GAP.length));
  return [style.quiet(line(all.map(({name}) => name))), style.quiet(rule), ...rows.map((_, i) => line(all.map(({cells}) => cells[i] ?? '')))];
}

/** A line for each value: for columns that do not fit beside each other. */
function rowLines(all: readonly {readonly name: string; readonly isNumber: boolean; readonly cells: readonly string[]}[], rows: number, width: number, signs: Marks, style: Paint): string[] {
  const names = Math.min(all.reduce((most, {name}) => Math.max(most, widthOf(name)), 0), Math.floor(width / 2));
  const line = (name: string, value: string) => `  ${style.quiet(padEnd(shorten(name, names, signs.ellipsis), names))}  ${value}`;
  return Array.from({length: rows}, (_, i) => [
    style.bold(`row ${i + 1}`), ...all.map(({name, isNumber, cells}) => line(name, isNumber ? cells[i] ?? '' : shorten(cells[i] ?? '', Math.max(SHORTEST, width - names - 2 * GAP.length), signs.ellipsis))),
  ]).flat();
}

/** How many rows a report has, for people. */
export const rowsText = ({rows, isTruncated}: Pick<ResultReport, 'rows' | 'isTruncated'>): string => (isTruncated ? `the first ${counted(rows.length, 'row')}; there are more` : counted(rows.length, 'row'));
