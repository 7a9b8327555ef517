import {cell, count, html, name, section, type Content, type Html} from '@sluice/report';
import type {Certificate} from './certificate.ts';
import {table} from './html-table.ts';

/** What went in and came out. */
export function countsSection({counts: {tables, unique, references}}: Certificate): Html {
  const touched = tables.flatMap(one => one.columns.filter(({suppressed, ninetyOrOlder, zip000}) => (suppressed ?? 0) > 0 || ninetyOrOlder !== null || zip000 !== null).map(column => ({...column, table: one.table})));
  return section('counts', 'Counts', table('Rows in and out', ['Table', 'Rows in#', 'Rows out#'], tables.map(one => html`<tr role="row">
<th scope="row" role="rowheader">${name(one.table)}</th>${cell('Rows in', count(one.rowsIn), 'number')}${cell('Rows out', count(one.rowsOut), 'number')}</tr>`)),
  touched.length > 0 && [html`<h3>Values made coarser</h3>`, table('Values that were suppressed or put together', ['Column', 'Suppressed#', '90 or older#', 'ZIP 000#'], touched.map(one => html`<tr role="row">
<th scope="row" role="rowheader">${name(`${one.table}.${one.column}`)}</th>${number('Suppressed', one.suppressed)}${number('90 or older', one.ninetyOrOlder)}${number('ZIP 000', one.zip000)}</tr>`))],
  unique.length + references.length > 0 && [html`<h3>Keys and references</h3>`, table('Keys and references', ['Columns', 'Kind', 'Wrong#'], [
    ...unique.map(one => html`<tr role="row"><th scope="row" role="rowheader">${name(`${one.table}.${one.columns.join(', ')}`)}</th>${cell('Kind', 'unique')}${number('Wrong', one.duplicates)}</tr>`),
    ...references.map(one => html`<tr role="row"><th scope="row" role="rowheader">${name(`${one.table}.${one.columns.join(', ')}`)}</th>${cell('Kind', html`refers to ${name(one.references)}`)}${number('Wrong', one.orphans)}</tr>`),
  ])]);
}

const number = (label: string, value: number | null): Html => cell(label, value === null ? '–' : count(value), 'number');

type Risk = NonNullable<Certificate['risk']['tables'][number]['before']>;

/** How well persons hide, before and after. */
export function riskSection({risk: {tables, thresholds}}: Certificate): Html | null {
  const measured = tables.filter(({before, after, notMeasured}) => before !== null || after !== null || notMeasured !== null);
  if (measured.length === 0) return null;
  const set = Object.entries(thresholds);
  return section('risk', 'Risk of being singled out', html`<p>Before and after masking, over the columns that may identify a person together. ${
    set.length > 0 ? `Thresholds: ${set.map(([check, limit]) => `${check} ${limit}`).join(', ')}.` : 'No threshold is set: the law names none for Safe Harbor, so these figures are told, not judged.'}</p>`,
  measured.map(({table: of, person, before, after, notMeasured}) => [
    html`<h3>${name(of)}, by ${after?.unit ?? before?.unit ?? 'record'}${person !== null && ` (${person.join(', ')})`}</h3>`,
    notMeasured !== null && html`<p>${notMeasured}</p>`,
    table(`Risk of ${of} before and after`, ['', 'Before#', 'After#'], [
      row('Quasi-identifiers', before, after, one => one.quasi.join(', ') || 'none'),
      row('Members', before, after, one => count(one.members)),
      row('k, the smallest class', before, after, one => one.k === null ? '–' : count(one.k)),
      row('Unique', before, after, one => percent(one.uniqueness.share)),
      ...[2, 5, 11].map((size, i) => row(`In classes of fewer than ${size}`, before, after, one => percent(one.below[i]?.share ?? 0))),
      row('Average risk', before, after, one => percent(one.risk.prosecutorAverage)),
      row('Unique in the population, estimated', before, after, one => one.uniqueness.population === null ? '–' : `${percent(one.uniqueness.population.share)} (${one.uniqueness.population.model})`),
      row('Driven most by', before, after, one => one.columns[0] === undefined || one.columns[0].drives === 0 ? '–' : one.columns[0].column),
      ...[...new Set([...before?.sensitive ?? [], ...after?.sensitive ?? []].map(({column}) => column))].flatMap(column => [
        row(`${column}: fewest different values in a class`, before, after, one => String(one.sensitive.find(each => each.column === column)?.l?.distinct ?? '–')),
        row(`${column}: greatest distance from the whole`, before, after, one => one.sensitive.find(each => each.column === column)?.t?.toFixed(3) ?? '–'),
      ]),
    ]),
  ]));
}

const row = (label: string, before: Risk | null, after: Risk | null, of: (risk: Risk) => Content): Html => html`<tr role="row"><th scope="row" role="rowheader">${label}</th>${
  cell('Before', before === null ? '–' : of(before), 'number')}${cell('After', after === null ? '–' : of(after), 'number')}</tr>
`;

const percent = (share: number): string => `${(share * 100).toFixed(share > 0 && share < 0.01 ? 2 : 1)} %`;
