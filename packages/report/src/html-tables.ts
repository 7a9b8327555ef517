import type {RunReport, TableReport} from '@sluice/core';
import {effectOrder, methodText} from './html-changes.ts';
import {count, duration} from './format.ts';
import {cell, chips, column, name, section} from './html-parts.ts';
import {html, type Content, type Html} from './markup.ts';

/** Every table: rows, proof, time, and below each what happened to its columns. */
export function tablesSection({tables}: RunReport): Html | null {
  if (tables.length === 0) return null;
  return section('tables', 'Tables', html`<table role="table" class="tables"><caption>Rows read and written, proof and time of each table</caption>
<thead role="rowgroup"><tr role="row">${column('Table')}${column('Rows read', 'number')}${column('Rows written', 'number')}${column('Proof')}${column('Time', 'number')}</tr></thead>
${tables.map(tableRows)}</table>`);
}

function tableRows(table: TableReport): Html {
  const details = [...effectLines(table), ...noteLines(table), ...adjustmentLines(table), ...errorLine(table)];
  return html`<tbody role="rowgroup"${details.length > 0 && html` class="detailed"`}><tr role="row"><th scope="row" role="rowheader">${name(table.name)}${
    table.target !== table.name && html` <small>written as ${name(table.target)}</small>`}</th>${
    cell('Rows read', count(table.rowsRead), 'number')}${
    cell('Rows written', [count(table.rowsWritten), table.rowsQuarantined > 0 && html` <small>${count(table.rowsQuarantined)} set aside</small>`], 'number')}${
    cell('Proof', proof(table))}${
    cell('Time', duration(table.seconds), 'number')}</tr>
${details.length > 0 && html`<tr role="row" class="details"><td role="cell" colspan="5"><dl>${grouped(details).map(([term, contents]) => html`<div><dt>${term}</dt>${contents.map(content => html`<dd>${content}</dd>`)}</div>`)}</dl></td></tr>
`}</tbody>
`;
}

/** Lines with the same term, under it. */
function grouped(details: readonly (readonly [string, Content])[]): [string, Content[]][] {
  const terms = new Map<string, Content[]>();
  for (const [term, content] of details) terms.set(term, [...(terms.get(term) ?? []), content]);
  return [...terms];
}

function proof({status, verified, digest}: TableReport): Content {
  if (status === 'failed') return html`<strong class="state bad">failed</strong>`;
  if (status !== 'ok') return html`<span class="state">${status}</span>`;
  if (!verified) return html`<span class="state">not proved</span>`;
  return [html`<span class="state good">proved</span>`, digest !== null && html` <code class="short" title="SHA-256 ${digest}">${digest.slice(0, 12)}</code>`];
}

function effectLines({effects}: TableReport): [string, Content][] {
  return effectOrder.flatMap(effect => {
    const methods = new Map<string, string[]>();
    for (const each of effects) if (each.effect === effect) methods.set(each.method, [...(methods.get(each.method) ?? []), each.column]);
    return [...methods].map(([method, columns]): [string, Content] =>
      [effect, [chips(columns), methodText(effect, method) !== '' && html` <span class="method">${methodText(effect, method)}</span>`]]);
  });
}

/** More notes than this are folded away: what they come to stands below, added up over all tables. */
const OPEN_NOTES = 3;

/** By what they say, with the columns they say it of. */
function noteLines({notes}: TableReport): [string, Content][] {
  const byMessage = new Map<string, Content[]>();
  for (const {column: of, message, count: times} of notes) {
    const about = [of !== undefined && html`${chips([of])} `, times > 0 && html`<b>${count(times)}</b> `];
    byMessage.set(message, [...(byMessage.get(message) ?? []), about]);
  }
  const lines = [...byMessage].map(([message, abouts]) => html`<div class="note">${abouts} ${message}</div>`);
  if (lines.length === 0) return [];
  return [['noted', lines.length <= OPEN_NOTES ? lines : html`<details><summary>${count(lines.length)} things, and how often</summary>${lines}</details>`]];
}

const adjustmentLines = ({adjustments}: TableReport): [string, Content][] =>
  adjustments.map(({column: of, kind, count: times}) => ['adjusted', [chips([of]), html` <span class="note"><b>${count(times)}</b> ${kind}</span>`]]);

const errorLine = ({error}: TableReport): [string, Content][] => error ? [['error', html`<span class="bad">${error.message}</span>`]] : [];
