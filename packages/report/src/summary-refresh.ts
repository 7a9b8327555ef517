import type {RunReport} from '@sluice/core';
import {count, counted, duration, moment} from './format.ts';
import {printable} from './printable.ts';
import {changeWord, stayedOf, whyOf, type Moved, type Refreshed} from './refreshed.ts';
import {padEnd, padStart, shorten, widthOf, wrap, type Marks, type Paint} from './terminal-text.ts';

/** How many changed tables get a line of their own; the others are counted. */
const LINES = 20;

/** Reasons get at least this many columns, or a line of their own. */
const WHY = 18;

/** A run that had nothing to do: what is, why that is certain, when it was found out. */
export function quietLines({tables, destination, finishedAt, timings, refresh}: RunReport, width: number, marks: Marks, paint: Paint): string[] {
  const {since = null, asLeft} = refresh ?? {};
  const [first, ...rest] = [
    ...wrap(`Nothing changed in ${counted(tables.length, 'table')} since ${since === null ? 'the last run' : printable(moment(since))}`, width - 3),
    ...wrap(asLeft === false
      ? `The bytes of ${printable(destination.label)} are not those that run left, every value in them is`
      : `${printable(destination.label)} is byte for byte what that run left`, width - 2).map(paint.quiet),
    ...wrap(`Looked at ${moment(finishedAt)}, which took ${duration(timings.total)}`, width - 2).map(paint.quiet),
  ];
  return [`${paint.good(marks.proved)} ${paint.bold(first!)}`, ...rest.map(line => `  ${line}`)];
}

/** The tables that changed, in lines of at most `width` columns: failed ones first; then how many stayed. */
export function changeLines(refreshed: Refreshed, width: number, marks: Marks, paint: Paint): string[] {
  const {moved} = refreshed;
  const ranked = [...moved].sort((a, b) => rank(a) - rank(b));
  const shown = ranked.length <= LINES + 2 ? ranked : ranked.slice(0, LINES);
  const more = ranked.length - shown.length;
  const stayed = stayedOf(refreshed);
  if (ranked.length === 0) return [stayed];

  const longest = (heading: string, of: (each: Moved) => string) => Math.max(widthOf(heading), ...shown.map(each => widthOf(of(each))));
  const kindWidth = longest('Change', ({kind}) => changeWord[kind]);
  const rowsWidth = longest('Rows', rowsOf);
  const proofWidth = longest('', each => proofOf(each, marks));
  const fixed = kindWidth + rowsWidth + proofWidth + 4 * GAP.length;
  const nameWidth = Math.max(8, Math.min(longest('Table', ({name}) => printable(name)), width - fixed - WHY, 36));
  const whyWidth = width - fixed - nameWidth;
  const beside = whyWidth >= WHY;
  const line = (name: string, kind: string, rows: string, proof: string, why: string) =>
    [padEnd(shorten(name, nameWidth, marks.ellipsis), nameWidth), padEnd(kind, kindWidth), padStart(rows, rowsWidth), proof, ...(beside ? [why] : [])].join(GAP).trimEnd();
  const lines = shown.map(each => {
    const why = printable(whyOf(each));
    const proof = proofOf(each, marks);
    const tone = each.table?.status === 'failed' ? paint.bad : paint.good;
    return line(printable(each.name), changeWord[each.kind], rowsOf(each), proof === '' ? padEnd('', proofWidth) : tone(proof) + padEnd('', proofWidth - widthOf(proof)),
      beside ? paint.quiet(shorten(why, whyWidth, marks.ellipsis)) : '');
  });
  const rule = paint.quiet(marks.rule.repeat(Math.min(width, fixed + nameWidth + (beside ? Math.max(4, ...shown.map(each => Math.min(whyWidth, widthOf(printable(whyOf(each)))))) : -GAP.length))));
  return [
    paint.quiet(line('Table', 'Change', 'Rows', padEnd('', proofWidth), 'Why')), rule, ...lines,
    ...(more > 0 ? [paint.quiet(`and ${counted(more, 'more table')}, named in the report`)] : []),
    rule, paint.bold(stayed),
  ];
}

const GAP = '  ';

const rank = ({kind, table}: Moved): number => table?.status === 'failed' ? 0 : table?.status === 'interrupted' ? 1 : kind === 'removed' ? 3 : 2;

const rowsOf = ({table}: Moved): string => table ? count(table.change?.rows ?? table.rowsWritten) : '';

const proofOf = ({table}: Moved, marks: Marks): string =>
  !table ? '' : table.status === 'failed' ? marks.failed : table.status !== 'ok' ? table.status : table.verified ? marks.proved : '';

/** What a run that builds on another adds to the facts: label and text. */
export function refreshFacts({refresh, warnings}: RunReport): [string, string][] {
  if (!refresh) return [];
  const {kind, reasons, resumed, rowsKept, receipt} = refresh;
  return [
    ...(kind === 'full' && reasons.length > 0 ? [['Why all', reasons.map(printable).join('; ')] as [string, string]] : []),
    ...(resumed ? [['Resumed', `went on with what a run that did not end had done${keptOf(rowsKept)}`] as [string, string]] : []),
    ...warningFacts(warnings),
    ...(receipt === null ? [] : [['Receipt', printable(receipt)] as [string, string]]),
  ];
}

/** How much of it did not move again, as the end of a sentence. */
export const keptOf = (rowsKept: number | undefined): string => rowsKept === undefined ? '' : `: ${counted(rowsKept, 'row')} did not move again`;

/** More than this many warnings are in the report only. */
const WARNINGS = 6;

/** Somebody who edited the file, or a clock that jumped, is nothing to find out about in a report only. */
function warningFacts(warnings: readonly string[]): [string, string][] {
  const shown = warnings.slice(0, WARNINGS);
  const more = warnings.length - shown.length;
  return [
    ...shown.map((warning): [string, string] => ['Warning', warning.split('\n').map(printable).join(' ')]),
    ...(more > 0 ? [['', `and ${counted(more, 'more warning')}, listed in the report`] as [string, string]] : []),
  ];
}
