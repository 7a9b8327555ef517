import type {EndpointReport, RunReport} from '@sluice/core';
import {count, counted, duration, kindOf, moment, size} from './format.ts';
import {lossCounts} from './losses.ts';
import {mergedText, mergedTotals} from './merged.ts';
import {omissionCounts} from './omission-counts.ts';
import {printable, printableLines} from './printable.ts';
import {refreshedOf, rowsMoved, type Refreshed} from './refreshed.ts';
import {stages} from './stages.ts';
import {changeLines, quietLines, refreshFacts} from './summary-refresh.ts';
import {tableLines} from './summary-table.ts';
import {marks as marksOf, padEnd, padStart, paint as paintOf, shorten, widthOf, wrap, type Marks, type Paint} from './terminal-text.ts';
import {totalsOf} from './totals.ts';
import {verdictOf} from './verdict.ts';

export interface SummaryOptions {
  /** Whether to use the terminal's colours; the caller looks at NO_COLOR. Default false. */
  readonly color?: boolean;
  /** The terminal's columns; default 80, at least 40. */
  readonly width?: number;
  /** Whether the terminal shows more than ASCII; default true. */
  readonly unicode?: boolean;
  /** Where the report was written. */
  readonly reportPath?: string;
  /** A closing line: what to do next. A line break in it is kept, so that a command can stand alone. */
  readonly hint?: string;
}

/** The end of a run for a person at a terminal: verdict, tables, what was dropped, times, proof, where the report is. Ends with a line break. */
export function renderSummary(report: RunReport, options: SummaryOptions = {}): string {
  const width = Math.max(40, options.width ?? 80) - INDENT.length;
  const marks = marksOf(options.unicode ?? true);
  const paint = paintOf(options.color ?? false);
  const refreshed = refreshedOf(report);
  const quiet = refreshed?.refresh.kind === 'none' && report.status === 'ok';
  const blocks = quiet ? [
    quietLines(report, width, marks, paint),
    labelled([...refreshFacts(report), ...reportFact(options)], width, paint),
    options.hint === undefined ? [] : options.hint.split('\n'),
  ] : [
    verdict(report, width, marks, paint),
    route(report, width, marks, paint),
    refreshed ? changeLines(refreshed, width, marks, paint) : tableLines(report, width, marks, paint),
    report.tables.length > 0 ? timeLines(report, width, marks, paint) : [],
    facts(report, refreshed, options, width, paint),
    errorLines(report, width, paint),
    options.hint === undefined ? [] : options.hint.split('\n'),
  ];
  const text = blocks.filter(block => block.length > 0).map(block => block.map(line => (INDENT + line).trimEnd()).join('\n')).join('\n\n');
  return `\n${text}\n\n`;
}

const INDENT = '  ';

/** When all is well, the figures below say the rest. */
function verdict(report: RunReport, width: number, marks: Marks, paint: Paint): string[] {
  const {tone, headline, sentence} = verdictOf(report);
  const mark = tone === 'good' ? marks.proved : tone === 'bad' ? marks.failed : '!';
  return [`${paint[tone](mark)} ${paint.bold(headline)}`, ...(tone === 'good' ? [] : wrap(sentence, Math.min(width, 88)).map(paint.quiet))];
}

function route({source, destination, refresh}: RunReport, width: number, marks: Marks, paint: Paint): string[] {
  const end = (word: string, at: EndpointReport, more = '') => {
    const kind = kindOf(at);
    return paint.quiet(padEnd(word, LABEL)) + shorten(`${kind === null ? '' : `${printable(kind)} `}${printable(at.label)}${more}`, width - LABEL, marks.ellipsis);
  };
  return [
    end('From', source), end('To', destination, destination.bytes === null ? '' : ` (${size(destination.bytes)})`),
    ...(refresh?.kind === 'incremental' && refresh.since !== null ? [`${paint.quiet(padEnd('Since', LABEL))}${printable(moment(refresh.since))}`] : []),
  ];
}

const LABEL = 13;

/** The longest bar of the stages, in columns. */
const BAR = 24;

function timeLines({timings}: RunReport, width: number, marks: Marks, paint: Paint): string[] {
  const longest = Math.max(...stages.map(([stage]) => timings[stage]), 0.001);
  const times = stages.map(([stage]) => duration(timings[stage]));
  const timeWidth = Math.max(...[...times, duration(timings.total)].map(widthOf));
  const bar = Math.min(BAR, width - LABEL - timeWidth - 2);
  return [
    ...stages.map(([stage], i) => {
      const length = Math.round((timings[stage] / longest) * bar);
      return `${paint.quiet(padEnd(stage, LABEL))}${padStart(times[i]!, timeWidth)}  ${paint.good(marks.bar.repeat(length))}`;
    }),
    `${paint.quiet(padEnd('in all', LABEL))}${paint.bold(padStart(duration(timings.total), timeWidth))}`,
  ];
}

function facts(report: RunReport, refreshed: Refreshed | null, options: SummaryOptions, width: number, paint: Paint): string[] {
  const totals = totalsOf(report);
  const {verification, excluded, omissions, warnings, destination} = report;
  const removed = totals.dropped + totals.blanked;
  const lines: [string, string][] = [];
  if (removed > 0) lines.push(['Dropped', `${counted(removed, 'column')} (${count(totals.dropped)} gone, ${count(totals.blanked)} blanked)`]);
  if (totals.changed + totals.added > 0) lines.push(['Transformed', `${counted(totals.added, 'column')} added, ${count(totals.changed)} changed`]);
  const leftOut = [...(excluded.length > 0 ? [counted(excluded.length, 'table')] : []), ...(omissions.length > 0 ? [omissionCounts(omissions)] : [])];
  if (leftOut.length > 0) lines.push(['Left out', leftOut.join('; ')]);
  const merged = mergedTotals(report);
  if (merged !== null) lines.push(['Merged', mergedText(merged)]);
  const losses = lossCounts(report);
  if (losses !== null) lines.push(['By rule', losses]);
  if (totals.rowsQuarantined > 0) lines.push(['Set aside', `${counted(totals.rowsQuarantined, 'row')}${report.quarantine ? `, in ${printable(report.quarantine.place)}` : ''}`]);
  if (report.tables.length > 0) lines.push(['Verified', refreshed ? proofOfMoved(verification, refreshed) : proof(verification, totals.tables)]);
  if (warnings.length > 0 && !report.refresh) lines.push(['Warnings', `${count(warnings.length)}, listed in the report`]);
  if (destination.archived !== null) lines.push(['Old copy', printable(destination.archived)]);
  return labelled([...lines, ...refreshFacts(report), ...reportFact(options)], width, paint);
}

const reportFact = ({reportPath}: SummaryOptions): [string, string][] => reportPath === undefined ? [] : [['Report', printable(reportPath)]];

function labelled(lines: readonly [string, string][], width: number, paint: Paint): string[] {
  return lines.flatMap(([label, value]) => {
    const wrapped = wrap(value, width - LABEL);
    return wrapped.map((line, i) => `${paint.quiet(padEnd(i === 0 ? label : '', LABEL))}${line}`);
  });
}

function proof({status, tables, rows}: RunReport['verification'], all: number): string {
  switch (status) {
    case 'passed': return `${tables < all ? `${count(tables)} of ${counted(all, 'table')}` : all === 1 ? '1 table' : `all ${count(all)} tables`} read back, ${counted(rows, 'row')}, equal`;
    case 'failed': return `${count(tables)} of ${counted(all, 'table')}, then the run stopped`;
    case 'skipped': return 'not read back';
  }
}

/** What stayed was proved by the run that wrote it; this one saw that it is that still. */
function proofOfMoved({status}: RunReport['verification'], {moved, unchanged, unlooked}: Refreshed): string {
  const kept = unchanged.length + unlooked.length;
  const tables = moved.filter(({kind}) => kind !== 'removed').length;
  const written = `${counted(tables, 'changed table')}, ${counted(rowsMoved(moved), 'row')} written`;
  switch (status) {
    case 'passed': return `${tables === 0 ? 'nothing was written' : `${written}, read back, equal`}${kept === 0 ? '' : `; ${count(kept)} as an earlier run proved ${kept === 1 ? 'it' : 'them'}`}`;
    case 'failed': return `${written}; the run stopped while it read them back`;
    case 'skipped': return `${written}, not read back`;
  }
}

function errorLines({error}: RunReport, width: number, paint: Paint): string[] {
  if (!error) return [];
  const shown = (error.problems ?? []).slice(0, 10);
  const more = (error.problems ?? []).length - shown.length;
  return [
    ...wrap(error.message.split('\n').map(printable).join(' '), width).map(paint.bad),
    ...shown.flatMap(({path, message}) => wrap(`${path === undefined ? '' : `${printable(path)}: `}${printable(message)}`, width - 2).map((line, i) => (i === 0 ? '- ' : '  ') + line)),
    ...(more > 0 ? [`- and ${count(more)} more`] : []),
    ...(error.remedy === undefined ? [] : ['', ...printableLines(error.remedy).split('\n')]),
  ];
}
