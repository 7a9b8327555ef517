import type {RunReport} from '@sluice/core';
import {count} from './format.ts';
import {cell, chips, column, name, section} from './html-parts.ts';
import {adjustmentText} from './losses.ts';
import {html, lines, type Html} from './markup.ts';

export function warningsSection({warnings}: RunReport): Html | null {
  if (warnings.length === 0) return null;
  return section('warnings', 'Warnings', html`<ul>${warnings.map(each => html`<li>${lines(each)}</li>
`)}</ul>`);
}

/** What transforms noticed (an age that could not be computed, and why), over all tables. */
export function notesSection({tables}: RunReport): Html | null {
  const groups = new Map<string, {message: string; columns: Set<string>; counts: number[]; tables: Set<string>}>();
  for (const table of tables) {
    for (const {column: of, message, count: times} of table.notes) {
      const group = groups.get(message) ?? {message, columns: new Set(), counts: [], tables: new Set()};
      if (of !== undefined) group.columns.add(of);
      group.counts.push(times);
      group.tables.add(table.name);
      groups.set(message, group);
    }
  }
  if (groups.size === 0) return null;
  const sum = (counts: readonly number[]) => counts.reduce((total, each) => total + each, 0);
  const sorted = [...groups.values()].sort((a, b) => sum(b.counts) - sum(a.counts));
  return section('notes', 'Noticed on the way', html`<table role="table" class="notes"><caption>What was noticed while rows went by, and how often</caption>
<thead role="rowgroup"><tr role="row">${column('What')}${column('Columns')}${column('Times', 'number')}${column('Tables', 'number')}</tr></thead>
<tbody role="rowgroup">${sorted.map(each => html`<tr role="row"><th scope="row" role="rowheader">${each.message}</th>${
    cell('Columns', each.columns.size === 0 ? '–' : chips([...each.columns]))}${cell('Times', times(each.counts), 'number')}${cell('Tables', count(each.tables.size), 'number')}</tr>
`)}</tbody></table>`);
}

/** The sum; or, where each column of each table says the same number, that number: it is about something they share. */
function times(counts: readonly number[]): string {
  const [first = 0] = counts;
  const sum = counts.reduce((total, each) => total + each, 0);
  if (sum === 0) return '–';
  return counts.length > 1 && counts.every(each => each === first) ? `${count(first)} each` : count(sum);
}

/** Values that had to be altered by a declared rule so that the destination could hold them. */
export function adjustmentsSection({tables, quarantine}: RunReport): Html | null {
  const rows = tables.flatMap(table => table.adjustments.map(each => ({table: table.name, ...each})));
  if (rows.length === 0) return null;
  return section('adjustments', 'Values adjusted by rule', html`<p>The destination could not hold these values as they were; a declared rule says what became of them.${quarantine && html` Rows that were set aside, ${count(quarantine.rows)} of them, are in <code>${quarantine.place}</code>.`}</p>
<table role="table"><caption>Adjusted values</caption>
<thead role="rowgroup"><tr role="row">${column('Table')}${column('Column')}${column('Rule')}${column('Values', 'number')}</tr></thead>
<tbody role="rowgroup">${rows.map(each => html`<tr role="row"><th scope="row" role="rowheader">${name(each.table)}</th>${
    cell('Column', name(each.column))}${cell('Rule', adjustmentText(each))}${cell('Values', count(each.count), 'number')}</tr>
`)}</tbody></table>`);
}

/** How types are kept where the two systems are not simply alike; columns alike in all of it are one line. */
export function mappingsSection({tables}: RunReport): Html | null {
  const groups = new Map<string, {from: string; to: string; note: string; columns: number}>();
  for (const table of tables) {
    for (const {from, to, note} of table.columns) {
      if (note === undefined) continue;
      const key = JSON.stringify([from, to, note]);
      const group = groups.get(key) ?? {from, to, note, columns: 0};
      group.columns++;
      groups.set(key, group);
    }
  }
  if (groups.size === 0) return null;
  return section('mappings', 'How values are kept', html`<table role="table"><caption>Types that the destination keeps in a way of its own</caption>
<thead role="rowgroup"><tr role="row">${column('In the source')}${column('In the copy')}${column('How')}${column('Columns', 'number')}</tr></thead>
<tbody role="rowgroup">${[...groups.values()].map(each => html`<tr role="row"><th scope="row" role="rowheader"><code>${each.from}</code></th>${
    cell('In the copy', html`<code>${each.to}</code>`)}${cell('How', each.note)}${cell('Columns', count(each.columns), 'number')}</tr>
`)}</tbody></table>`);
}
