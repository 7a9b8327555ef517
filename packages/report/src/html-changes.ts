import type {ColumnEffect, RunReport} from '@sluice/core';
import {count, counted} from './format.ts';
import {cell, column, section} from './html-parts.ts';
import {html, type Html} from './markup.ts';

export const effectOrder = ['dropped', 'blanked', 'changed', 'added'] as const satisfies readonly ColumnEffect['effect'][];

/** Says it to somebody who does not know the program. */
export const effectMeaning: Readonly<Record<ColumnEffect['effect'], string>> = {
  dropped: 'not in the copy at all',
  blanked: 'kept, but empty in every row',
  changed: 'computed from the original value',
  added: 'new, computed from other columns',
};

/** A method as it is told beside its effect: `drop: names` of a dropped column is `names`. */
export const methodText = (effect: ColumnEffect['effect'], method: string): string => {
  const plain = effect === 'dropped' ? 'drop' : effect === 'blanked' ? 'blank' : null;
  if (plain === null) return method;
  return method === plain ? '' : method.startsWith(`${plain}: `) ? method.slice(plain.length + 2) : method;
};

/** What is added from other places names them after a colon; in the sum of all tables they would fill the page. */
const wayOf = (effect: ColumnEffect['effect'], method: string): string => effect === 'added' ? method.split(': ')[0]! : method;

/** How many methods of one effect get a line of their own. */
const WAYS = 16;

/** What was done to columns, by kind and method, over all tables. */
export function changesSection({tables, published}: RunReport): Html | null {
  const groups = new Map<string, {effect: ColumnEffect['effect']; method: string; columns: number; tables: Set<string>}>();
  for (const table of tables) {
    for (const {effect, method: given} of table.effects) {
      const method = wayOf(effect, given);
      const key = `${effectOrder.indexOf(effect)} ${method}`;
      const group = groups.get(key) ?? {effect, method, columns: 0, tables: new Set()};
      group.columns++;
      group.tables.add(table.name);
      groups.set(key, group);
    }
  }
  if (groups.size === 0) return null;
  const byEffect = effectOrder.map(effect => {
    const ways = [...groups.values()].filter(group => group.effect === effect).sort((a, b) => b.columns - a.columns);
    if (ways.length <= WAYS + 1) return ways;
    const rest = ways.slice(WAYS);
    return [...ways.slice(0, WAYS), {
      effect, method: `${counted(rest.length, 'other way')}, named with each table`,
      columns: rest.reduce((sum, way) => sum + way.columns, 0), tables: new Set(rest.flatMap(way => [...way.tables])),
    }];
  });
  return section('changes', published ? 'What was changed' : 'What was to be changed', html`<p>${tables.some(table => table.adjustments.length > 0) ? 'Apart from values adjusted by rule, listed below, no other column was touched.' : 'No other column was touched.'}</p>
<table role="table" class="changes"><caption>Columns that were removed, changed or added</caption>
<thead role="rowgroup"><tr role="row">${column('Effect')}${column('How, or why')}${column('Columns', 'number')}${column('Tables', 'number')}</tr></thead>
${byEffect.filter(ways => ways.length > 0).map(ways => html`<tbody role="rowgroup">${ways.map(({effect, method, columns, tables: inTables}, i) => html`<tr role="row">${
    i === 0 && html`<th scope="rowgroup" role="rowheader" rowspan="${ways.length}">${effect} <small>${effectMeaning[effect]}</small></th>`}${
    cell('How, or why', methodText(effect, method) || 'without a reason given')}${cell('Columns', count(columns), 'number')}${cell('Tables', count(inTables.size), 'number')}</tr>
`)}</tbody>
`)}</table>
<p class="quiet">${counted(tables.filter(table => table.effects.length === 0).length, 'table')} passed without any change; which column of which table is listed below.</p>`);
}
