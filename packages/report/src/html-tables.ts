import type {RunReport, TableReport} from '@sluice/core';
import {effectOrder, methodText} from './html-changes.ts';
import {count, counted, duration} from './format.ts';
import {name, section} from './html-parts.ts';
import {adjustmentText} from './losses.ts';
import {mergedText} from './merged.ts';
import {html, type Content, type Html} from './markup.ts';
import {changeWord, refreshedOf, whyOf, type Moved, type Refreshed} from './refreshed.ts';

/**
 * Every table: rows, proof, time, and below each what happened to its columns. There may be a
 * thousand, so their markup is the least that says it: what a column is stands in the style.
 */
export function tablesSection(report: RunReport): Html | null {
  const {tables} = report;
  const refreshed = refreshedOf(report);
  if (refreshed) return refreshedSection(refreshed);
  if (tables.length === 0) return null;
  return section('tables', 'Tables', html`<table class="tables copied"><caption>Rows read and written, proof and time of each table</caption>
${headings('Table', 'Rows read', 'Rows written', 'Proof', 'Time')}${tables.map(tableRows)}</table>`);
}

const headings = (...labels: readonly string[]): Html => html`<thead><tr>${labels.map(label => html`<th scope="col">${label}</th>`)}</tr></thead>
`;

function tableRows(table: TableReport): Html {
  return row([
    nameCell(table), html`<td>${count(table.rowsRead)}</td>`, written(table), html`<td>${proof(table)}</td>`, html`<td>${duration(table.seconds)}</td>`,
  ], detailsOf(table));
}

/** One line a table that changed, and why; those that stayed are folded away. */
function refreshedSection(refreshed: Refreshed): Html | null {
  const {moved, unchanged, unlooked, refresh} = refreshed;
  const touchedAny = unchanged.some(({effects}) => effects.length > 0);
  if (moved.length + unchanged.length + unlooked.length === 0) return null;
  return section('tables', refresh.kind === 'none' ? 'Tables' : 'What changed, table by table', moved.length > 0 && html`<table class="tables moved"><caption>Tables that changed since the last run, and why</caption>
${headings('Table', 'Change', 'Rows', 'Written', 'Proof', 'Time')}${moved.map(movedRows)}</table>
`, unchanged.length > 0 && html`<details class="unchanged"><summary>${counted(unchanged.length, 'table')} unchanged</summary>
<p class="quiet">The source's rows, the rules and the file are as they were when these tables were written and read back.${touchedAny && ' How their columns were computed is in the report of that run.'}</p>
<table class="tables kept"><caption>Tables that did not change</caption>
${headings('Table', 'Rows', ...(touchedAny ? ['Columns'] : []))}<tbody>
${unchanged.map(table => html`<tr>${nameCell(table)}<td>${count(table.change?.rows ?? 0)}</td>${touchedAny && html`<td>${touched(table)}</td>`}</tr>
`)}</tbody></table></details>`, unlooked.length > 0 && html`<details class="unchanged"><summary>${counted(unlooked.length, 'table')} not looked at</summary>
<p class="quiet">Single tables were asked for. The definition and the rules of these are as they were; whether their rows are, nobody looked.</p>
<table class="tables kept"><caption>Tables that were not looked at</caption>
${headings('Table', 'Rows')}<tbody>
${unlooked.map(table => html`<tr>${nameCell(table)}<td>${count(table.change?.rows ?? 0)}</td></tr>
`)}</tbody></table></details>`);
}

function movedRows({name: of, kind, reasons, table}: Moved): Html {
  const why = whyOf({kind, reasons});
  const details = [...(why === '' ? [] : [['why', why] as [string, Content]]), ...(table ? detailsOf(table) : [])];
  return row([
    table ? nameCell(table) : html`<th scope="row"><bdi>${of}</bdi></th>`, html`<td>${changeWord[kind]}</td>`,
    ...(table ? [html`<td>${count(table.change?.rows ?? table.rowsWritten)}</td>`, written(table), html`<td>${proof(table)}</td>`, html`<td>${duration(table.seconds)}</td>`]
      : ['', '', '', ''].map(() => html`<td>–</td>`)),
  ], details);
}

/** Which columns are not as the source has them, by effect. */
function touched({effects}: TableReport): Content {
  return effectOrder.flatMap(effect => {
    const columns = effects.filter(each => each.effect === effect);
    return columns.length === 0 ? [] : [html`${effect} ${columns.map(({column}) => html`<bdi>${column}</bdi> `)}`];
  });
}

function row(cells: readonly Html[], details: readonly (readonly [string, Content])[]): Html {
  return html`<tbody><tr>${cells}</tr>${details.length > 0 && html`
<tr class="details"><td colspan="${cells.length}"><dl>${grouped(details).map(([term, contents]) => html`<div><dt>${term}</dt>${contents.map(content => html`<dd>${content}</dd>`)}</div>`)}</dl></td></tr>`}</tbody>
`;
}

const nameCell = (table: TableReport): Html => html`<th scope="row"><bdi>${table.name}</bdi>${
  table.target !== table.name && html` <small>written as ${name(table.target)}</small>`}</th>`;

const written = ({rowsWritten, rowsQuarantined}: TableReport): Html =>
  html`<td>${count(rowsWritten)}${rowsQuarantined > 0 && html` <small>${count(rowsQuarantined)} set aside</small>`}</td>`;

const detailsOf = (table: TableReport): (readonly [string, Content])[] => [...mergedLine(table), ...effectLines(table), ...noteLines(table), ...adjustmentLines(table), ...errorLine(table)];

const mergedLine = ({merged}: TableReport): [string, Content][] => merged ? [['merged', mergedText(merged)]] : [];

/** Lines with the same term, under it. */
function grouped(details: readonly (readonly [string, Content])[]): [string, Content[]][] {
  const terms = new Map<string, Content[]>();
  for (const [term, content] of details) terms.set(term, [...(terms.get(term) ?? []), content]);
  return [...terms];
}

function proof({status, verified, digest}: TableReport): Content {
  if (status === 'failed') return html`<strong class="bad">failed</strong>`;
  if (status !== 'ok') return status;
  if (!verified) return 'not proved';
  return [html`<b>proved</b>`, digest !== null && html` <code title="SHA-256 ${digest}">${digest.slice(0, 12)}</code>`];
}

const names = (columns: readonly string[]): Html => html`${columns.map(each => html`<bdi>${each}</bdi> `)}`;

function effectLines({effects}: TableReport): [string, Content][] {
  return effectOrder.flatMap(effect => {
    const methods = new Map<string, string[]>();
    for (const each of effects) if (each.effect === effect) methods.set(each.method, [...(methods.get(each.method) ?? []), each.column]);
    return [...methods].map(([method, columns]): [string, Content] => [effect, [names(columns), methodText(effect, method)]]);
  });
}

/** More notes than this are folded away: what they come to stands below, added up over all tables. */
const OPEN_NOTES = 3;

/** By what they say, with the columns they say it of. */
function noteLines({notes}: TableReport): [string, Content][] {
  const byMessage = new Map<string, Content[]>();
  for (const {column: of, message, count: times} of notes) {
    const about = [of !== undefined && names([of]), times > 0 && html`<b>${count(times)}</b> `];
    byMessage.set(message, [...(byMessage.get(message) ?? []), about]);
  }
  const lines = [...byMessage].map(([message, abouts]) => html`<div>${abouts}${message}</div>`);
  if (lines.length === 0) return [];
  return [['noted', lines.length <= OPEN_NOTES ? lines : html`<details><summary>${count(lines.length)} things, and how often</summary>${lines}</details>`]];
}

const adjustmentLines = ({adjustments}: TableReport): [string, Content][] =>
  adjustments.map(each => ['adjusted', [names([each.column]), html`<b>${count(each.count)}</b> ${adjustmentText(each)}`]]);

const errorLine = ({error}: TableReport): [string, Content][] => error ? [['error', html`<span class="bad">${error.message}</span>`]] : [];
