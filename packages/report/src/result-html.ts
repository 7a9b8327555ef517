import type {Value} from '@sluice/core';
import {chartSection, chartStyle} from './html-chart.ts';
import {counted, moment} from './format.ts';
import {page} from './html-document.ts';
import {section} from './html-parts.ts';
import {html, lines, whole, type Html} from './markup.ts';
import {rowsText, type ResultReport} from './result-text.ts';
import {isNumeric, valueText} from './value-text.ts';

/**
 * The answer to a saved question as one HTML page, in the manner of `renderHtml`: bars, then every row with its exact values, then what
 * was asked, and when. Unlike the report of a run it holds rows.
 */
export function renderResultHtml(report: ResultReport, tool: {readonly name: string; readonly version: string}): string {
  const {title, source, sql, at, rows, isTruncated, chart} = report;
  return page({
    title, tone: isTruncated ? 'caution' : 'good',
    header: html`<header>
<p class="kicker">${tool.name} <span aria-hidden="true">/</span> <time datetime="${at}">${moment(at)}</time></p>
<h1><span>${whole(title)}</span></h1>
${isTruncated && html`<p class="lede">These are ${rowsText(report)}.</p>`}</header>`,
    sections: [
      chart !== null && typeof chart !== 'string' && chartSection(chart),
      section('rows', 'The numbers', rows.length === 0 ? html`<p>There are no rows.</p>` : [typeof chart === 'string' && html`<p class="quiet">${chart}</p>`, table(report)]),
      section('asked', 'What was asked', html`<dl class="facts"><div><dt>From</dt><dd><bdi>${source}</bdi></dd></div><div><dt>At</dt><dd><time datetime="${at}">${moment(at)}</time></dd></div><div><dt>Rows</dt><dd>${rowsText(report)}</dd></div></dl>
<details class="sql"><summary>The SQL</summary>
<pre tabindex="0">${lines(sql.trim())}</pre></details>`),
    ],
    footer: `Written by ${tool.name} ${tool.version}. This page holds rows: whoever may not see the data may not see it.`,
    style: chartStyle + ownStyle,
  });
}

function table({columns, rows, title}: ResultReport): Html {
  const all = columns.map((column, at) => ({label: whole(column.name), kind: isNumeric(column, rows.map(row => row[at] ?? null)) ? 'number' : 'text'}));
  return html`<div class="scroll" role="region" aria-label="${whole(title)}, as a table" tabindex="0"><table role="table" class="result"><caption>${whole(title)}: ${counted(rows.length, 'row')}</caption>
<thead role="rowgroup"><tr role="row">${all.map(({label, kind}) => html`<th scope="col" role="columnheader" class="${kind}">${label}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows.map(row => html`<tr role="row">${all.map(({label, kind}, at) => html`<td role="cell" data-label="${label}" class="${kind}"><span>${content(row[at] ?? null)}</span></td>`)}</tr>
`)}</tbody></table></div>
`;
}

/** The value and nothing else; what is none says so, and looks unlike a text of the same letters. */
const content = (value: Value): Html => (value === null ? html`<i class="quiet">NULL</i>` : html`<bdi>${whole(valueText(value))}</bdi>`);

const ownStyle = `
.scroll{overflow-x:auto}
.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:4px}
.result td bdi{white-space:pre-wrap}
.result .number{overflow-wrap:normal}
.sql{margin-top:1rem}
`;
