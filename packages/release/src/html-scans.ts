import {cell, count, counted, html, name, section, type Html} from '@sluice/report';
import type {Certificate} from './certificate.ts';
import {table} from './html-table.ts';

/** What was looked for in everything that was written, and found. */
export function scanSection({scans: {detector, residual, leak, changed}, freeText}: Certificate): Html {
  const {values, leftOut, cells, hits} = leak;
  const out = leftOut.short + leftOut.ordinary + leftOut.region + leftOut.dense;
  return section('scans', 'Scans', html`<h3>Known values</h3>
<p>${counted(values, 'value')} of ${counted(leak.columns.length, 'identifying column')} ${values === 1 ? 'was' : 'were'} looked for in ${counted(cells, 'cell')}, in any writing: ${
    hits.length === 0 ? 'none was found' : html`<strong class="bad">${counted(hits.reduce((sum, one) => sum + one.count, 0), 'find')}</strong>`}. ${
    out > 0 && `${count(out)} values were not looked for: ${count(leftOut.short)} short, ${count(leftOut.ordinary)} ordinary words, ${count(leftOut.region)} states or countries, ${count(leftOut.dense)} numbers that others have by chance.`}</p>`,
  hits.length > 0 && table('Known values that were found', ['In', 'From', 'Finds#'], hits.map(one => html`<tr role="row"><th scope="row" role="rowheader">${name(`${one.table}.${one.column}`)}</th>${cell('From', name(one.of))}${cell('Finds', count(one.count), 'number')}</tr>`)),
  residual.length > 0 && [html`<h3>Residual scan</h3>`, html`<p>By ${detector}. Every value was looked into; hints are names and places in single cells, which may be words.</p>`,
    table('What the scan found', ['Column', 'Values#', 'Found', 'Hints'], residual.map(one => html`<tr role="row"><th scope="row" role="rowheader">${name(`${one.table}.${one.column}`)}</th>${
      cell('Values', count(one.scanned), 'number')}${cell('Found', classes(one.found))}${cell('Hints', classes(one.hints))}</tr>`))],
  changed.length > 0 && [html`<h3>Changed values</h3>`, table('Masked values compared with what they were', ['Column', 'Rule', 'Compared#', 'Unchanged#', 'By chance#', 'Paired by'], changed.map(one => html`<tr role="row"><th scope="row" role="rowheader">${
    name(`${one.table}.${one.column}`)}</th>${cell('Rule', `${one.method}${one.mayLeave ? ', may leave a value' : ''}`)}${cell('Compared', `${count(one.compared)}${one.oneIn > 1 ? `, one in ${one.oneIn}` : ''}`, 'number')}${
    cell('Unchanged', count(one.unchanged), 'number')}${cell('By chance', one.chance === null ? '–' : one.chance.toFixed(1), 'number')}${cell('Paired by', one.by === 'keys' ? 'key' : 'nothing: no key survived')}</tr>`))],
  freeText.documents > 0 && [html`<h3>Free text</h3>`, html`<p>${counted(freeText.documents, 'text')} ${freeText.documents === 1 ? 'was' : 'were'} scanned. Redactions that stand in them: ${
    Object.entries(freeText.redactions).map(([label, n]) => `${label} ${count(n)}`).join(', ') || 'none'}. A person who reads ${count(freeText.review.sample)} of them, drawn at random, and finds nothing may say with 95 % confidence that fewer than ${
    (freeText.review.upperBound * 100).toFixed(1)} % hold something.</p>`,
  freeText.scores.length > 0 && html`<ul>${freeText.scores.map(({data, measure, value}) => html`<li>${data}: ${measure} ${String(value)}</li>`)}</ul>`]);
}

const classes = (counts: Readonly<Record<string, number>>): string => Object.entries(counts).map(([of, n]) => `${of} ${count(n)}`).join(', ') || 'none';
