import type {Omission, RunReport} from '@sluice/core';
import {count} from './format.ts';
import {cell, column, name, section} from './html-parts.ts';
import {html, type Content, type Html} from './markup.ts';

/** Tables that were not even read, by reason. */
export function excludedSection({excluded}: RunReport): Html | null {
  if (excluded.length === 0) return null;
  return section('excluded', 'Left out by decision', html`<p>These tables were not read.</p>
<table role="table"><caption>Tables left out</caption>
<thead role="rowgroup"><tr role="row">${column('Table')}${column('Reason')}</tr></thead>
<tbody role="rowgroup">${excluded.map(each => html`<tr role="row"><th scope="row" role="rowheader">${name(each.name)}</th>${cell('Reason', each.reason)}</tr>
`)}</tbody></table>`);
}

const PLURAL: Readonly<Record<Omission['kind'], string>> = {
  'table': 'Tables', 'column': 'Columns', 'index': 'Indexes', 'unique': 'Unique keys', 'prefix': 'Index prefixes', 'foreign key': 'Foreign keys',
  'check': 'Checks', 'default': 'Defaults', 'generated': 'Generated columns', 'comment': 'Comments', 'auto-increment': 'Auto-increment',
  'view': 'Views', 'policy': 'Row-level policies', 'trigger': 'Triggers', 'procedure': 'Procedures', 'function': 'Functions', 'event': 'Events', 'sequence': 'Sequences',
  'type': 'Types', 'collation': 'Collations', 'rename': 'New names',
};

/** What could not travel, grouped by kind and then by reason. */
export function omissionsSection({omissions}: RunReport): Html | null {
  if (omissions.length === 0) return null;
  const kinds = new Map<Omission['kind'], Map<string, Omission[]>>();
  for (const omission of omissions) {
    const reasons = kinds.get(omission.kind) ?? new Map<string, Omission[]>();
    reasons.set(omission.reason, [...(reasons.get(omission.reason) ?? []), omission]);
    kinds.set(omission.kind, reasons);
  }
  return section('omissions', 'What could not travel', html`<p>These parts of the source are not in the copy, or not as they were. No row is missing because of them.</p>
<table role="table"><caption>Parts left behind, by kind</caption>
<thead role="rowgroup"><tr role="row">${column('Kind')}${column('Reason')}${column('Which')}</tr></thead>
${[...kinds].map(([kind, reasons]) => html`<tbody role="rowgroup">${[...reasons].map(([reason, which], i) => html`<tr role="row">${
    i === 0 ? html`<th scope="rowgroup" role="rowheader" rowspan="${reasons.size}">${PLURAL[kind]} <small>${count(total(reasons))}</small></th>` : null
  }${cell('Reason', reason)}${cell('Which', list(which))}</tr>
`)}</tbody>
`)}</table>`);
}

const total = (reasons: ReadonlyMap<string, readonly Omission[]>): number => [...reasons.values()].reduce((sum, which) => sum + which.length, 0);

/** Names, those of one table together: `table: a, b; table2: c`. */
function list(which: readonly Omission[]): Content {
  const byTable = new Map<string, string[]>();
  for (const {table, name: of} of which) byTable.set(table ?? '', [...(byTable.get(table ?? '') ?? []), of]);
  return html`<ul class="which" role="list">${[...byTable].map(([table, names]) => {
    const listed = names.map((each, i) => [i > 0 && ', ', name(each)]);
    return html`<li>${table === '' ? listed : [html`<span class="of">${name(table)}</span> `, listed]}</li>`;
  })}</ul>`;
}
