import type {RunReport, TableReport} from '@sluice/core';
import {count, counted, duration} from './format.ts';
import {printable} from './printable.ts';
import {padEnd, padStart, shorten, widthOf, type Marks, type Paint} from './terminal-text.ts';
import {effects, totalsOf, type Totals} from './totals.ts';

/** How many tables get a line of their own; more than that are added up, so that it all fits a screen. */
const LINES = 10;

interface Line {
  readonly name: string;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly dropped: number;
  readonly transformed: number;
  readonly seconds: number;
  readonly proof: string;
  readonly tone: 'good' | 'caution' | 'bad' | 'quiet';
}

interface Column {
  readonly heading: string;
  readonly of: (line: Line) => string;
  readonly align: 'left' | 'right';
  /** The narrowest terminal that shows it. */
  readonly from: number;
}

const plural = (n: number): string => n === 0 ? '' : count(n);

const COLUMNS: readonly Column[] = [
  {heading: 'Read', of: line => count(line.rowsRead), align: 'right', from: 0},
  {heading: 'Written', of: line => count(line.rowsWritten), align: 'right', from: 0},
  {heading: 'Dropped', of: line => plural(line.dropped), align: 'right', from: 70},
  {heading: 'Transformed', of: line => plural(line.transformed), align: 'right', from: 76},
  {heading: 'Time', of: line => duration(line.seconds), align: 'right', from: 50},
  {heading: '', of: line => line.proof, align: 'left', from: 0},
];

/** Tables in lines of at most `width` columns: those that failed first, then the largest, then the sum of the others. */
export function tableLines(report: RunReport, width: number, marks: Marks, paint: Paint): string[] {
  const {tables} = report;
  if (tables.length === 0) return [];
  const ranked = [...tables].sort((a, b) => rank(a) - rank(b) || b.rowsRead - a.rowsRead || (a.name < b.name ? -1 : 1));
  const shown = ranked.length <= LINES + 2 ? ranked : ranked.slice(0, LINES);
  const rest = ranked.slice(shown.length);
  const lines = shown.map(table => lineOf(table, marks));
  if (rest.length > 0) lines.push(sumOf(`and ${counted(rest.length, 'smaller table')}`, rest, marks, 'quiet'));
  const total = sumOf(counted(tables.length, 'table'), tables, marks, 'good');

  const columns = COLUMNS.filter(column => width >= column.from);
  const widths = columns.map(({heading, of}) => Math.max(widthOf(heading), ...[...lines, total].map(line => widthOf(of(line)))));
  const room = width - widths.reduce((sum, each) => sum + each + GAP.length, 0);
  const nameWidth = Math.max(8, Math.min(room, Math.max(...[...lines, total].map(line => widthOf(line.name)))));
  const set = (name: string, cells: readonly string[]) =>
    [padEnd(shorten(name, nameWidth, marks.ellipsis), nameWidth), ...cells.map((each, i) => (columns[i]!.align === 'left' ? padEnd : padStart)(each, widths[i]!))];
  const join = (cells: readonly string[]) => cells.join(GAP).trimEnd();
  const draw = (line: Line, bold: boolean): string => {
    const cells = set(line.name, columns.map(({of}) => of(line)));
    const last = cells.pop()!;
    const text = cells.join(GAP);
    const tone = line.tone === 'quiet' ? paint.quiet : line.tone === 'bad' ? paint.bad : line.tone === 'caution' ? paint.caution : paint.good;
    return `${bold ? paint.bold(text) : line.tone === 'quiet' ? paint.quiet(text) : text}${last.trim() === '' ? '' : GAP + tone(last.trimEnd())}`.trimEnd();
  };
  const heading = paint.quiet(join(set('Table', columns.map(column => column.heading))));
  const rule = paint.quiet(marks.rule.repeat(Math.min(width, nameWidth + widths.reduce((sum, each) => sum + each + GAP.length, 0))));
  return [heading, rule, ...lines.map(line => draw(line, false)), rule, draw(total, true)];
}

const GAP = '  ';

const rank = (table: TableReport): number => table.status === 'failed' ? 0 : table.status === 'interrupted' ? 1 : 2;

function lineOf(table: TableReport, marks: Marks): Line {
  const [proof, tone] = table.status === 'failed' ? [marks.failed, 'bad'] as const
    : table.status !== 'ok' ? [table.status, 'quiet'] as const
    : table.verified ? [marks.proved, 'good'] as const : ['', 'quiet'] as const;
  return {...columnsOf(table), name: printable(table.name), rowsRead: table.rowsRead, rowsWritten: table.rowsWritten, seconds: table.seconds, proof, tone};
}

const columnsOf = (table: TableReport) => ({
  dropped: effects(table, 'dropped') + effects(table, 'blanked'),
  transformed: effects(table, 'changed') + effects(table, 'added'),
});

function sumOf(name: string, tables: readonly TableReport[], marks: Marks, tone: Line['tone']): Line {
  const totals: Totals = totalsOf({tables});
  const proved = tables.filter(table => table.verified).length;
  return {
    name, tone, rowsRead: totals.rowsRead, rowsWritten: totals.rowsWritten,
    dropped: totals.dropped + totals.blanked, transformed: totals.changed + totals.added,
    seconds: tables.reduce((sum, table) => sum + table.seconds, 0),
    proof: proved === tables.length ? marks.proved : '',
  };
}
