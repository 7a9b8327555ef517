import type {ReportedError, RunReport} from '@sluice/core';
import {name, section} from './html-parts.ts';
import {html, lines, type Html} from './markup.ts';

/** What went wrong and what to do about it: the run's own error, and those of tables that it does not repeat. */
export function errorsSection({error, tables}: RunReport): Html | null {
  const own = error ? [error] : [];
  const ofTables = tables.flatMap(table => table.error && !(error && same(error, table.error)) ? [{table: table.name, ...table.error}] : []);
  const all: readonly ReportedError[] = [...own, ...ofTables];
  if (all.length === 0) return null;
  return section('errors', all.length === 1 ? 'What went wrong' : `What went wrong (${all.length})`, all.map(one));
}

const same = (a: ReportedError, b: ReportedError): boolean => a.code === b.code && a.message === b.message;

function one({code, message, table, column, row, remedy, problems = []}: ReportedError): Html {
  const place = [
    ...(table === undefined ? [] : [html`table ${name(table)}`]),
    ...(column === undefined ? [] : [html`column ${name(column)}`]),
    ...(row === undefined ? [] : [html`row ${row + 1} of the run`]),
  ];
  return html`<div class="error">
<p class="message">${lines(message)}</p>
<p class="quiet"><code>${code}</code>${place.map(each => [', ', each])}</p>
${problems.length > 0 && html`<ul>${problems.map(problem => html`<li>${problem.path !== undefined && html`${name(problem.path)}: `}${lines(problem.message)}</li>
`)}</ul>`}
${remedy !== undefined && html`<h3>What to do</h3>
<pre tabindex="0">${lines(remedy)}</pre>`}
</div>
`;
}
