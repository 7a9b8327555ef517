import type {EndpointReport, RunReport} from '@sluice/core';
import {count, counted, duration, kindOf, moment, size} from './format.ts';
import {name, section} from './html-parts.ts';
import {html, type Content, type Html} from './markup.ts';
import {refreshedOf, rowsMoved} from './refreshed.ts';
import {totalsOf} from './totals.ts';
import type {Verdict} from './verdict.ts';

export const pageHeader = (report: RunReport, verdict: Verdict, title: string): Html => verdictHeader(verdict, title, report.finishedAt);

/** A verdict at the head of a page. `at`: an ISO instant. */
export function verdictHeader(verdict: Verdict, title: string, at: string): Html {
  return html`<header>
<p class="kicker">${title} <span aria-hidden="true">/</span> <time datetime="${at}">${moment(at)}</time></p>
<h1>${mark(verdict.tone)}<span>${verdict.headline}</span></h1>
<p class="lede">${verdict.sentence}</p>
</header>`;
}

const mark = (tone: Verdict['tone']): Html => html`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="11"/>${
  tone === 'good' ? html`<path d="M7 12.5l3.4 3.4L17.2 8.6"/>` : tone === 'bad' ? html`<path d="M8 8l8 8M16 8l-8 8"/>` : html`<path d="M12 6.5v7M12 17v.4"/>`
}</svg>`;

export function figuresSection(report: RunReport): Html {
  const totals = totalsOf(report);
  const removed = totals.dropped + totals.blanked;
  const refreshed = refreshedOf(report);
  const tables = ['Tables', count(totals.tables), report.excluded.length > 0 ? `${count(report.excluded.length)} more left out` : undefined] as const;
  const figures: readonly (readonly [string, string, string?])[] = [
    ...(refreshed ? [
      tables,
      ['Changed', count(refreshed.moved.length), `${count(refreshed.unchanged.length)} unchanged${refreshed.unlooked.length > 0 ? `, ${count(refreshed.unlooked.length)} not looked at` : ''}`] as const,
      ['Rows in all', count(refreshed.rows)] as const,
    ] : [tables, ['Rows read', count(totals.rowsRead)] as const]),
    ['Rows written', count(refreshed ? rowsMoved(refreshed.moved) : totals.rowsWritten), totals.rowsQuarantined > 0 ? `${count(totals.rowsQuarantined)} set aside` : undefined],
    ['Columns removed', count(removed), removed > 0 ? `${count(totals.dropped)} dropped, ${count(totals.blanked)} blanked` : undefined],
    ['Columns added', count(totals.added), totals.changed > 0 ? `${count(totals.changed)} changed` : undefined],
    ['Time', duration(report.timings.total)],
    ...(report.destination.bytes === null ? [] : [['Size', size(report.destination.bytes), report.destination.bytes < 1000 ? undefined : counted(report.destination.bytes, 'byte')] as const]),
  ].map(([label, value, note]) => note === undefined ? [label!, value!] : [label!, value!, note]);
  return html`<section id="figures" aria-label="Key figures">
<dl class="figures">${figures.map(([label, value, note]) =>
    html`<div><dt>${label}</dt><dd>${value}${note !== undefined && html`<small>${note}</small>`}</dd></div>`)}</dl>
</section>
`;
}

export function routeSection(report: RunReport): Html {
  const {source, destination} = report;
  return section('route', 'From and to', html`<div class="route">
${endpoint('From', source, [
    ['Snapshot', source.snapshot],
    ['Started', html`<time datetime="${report.startedAt}">${moment(report.startedAt)}</time>`],
  ])}
${endpoint('To', destination, [
    ['Published', report.published ? 'yes, at once' : report.refresh?.kind === 'none' ? 'nothing new to publish' : 'no'],
    ['Former version', destination.archived],
    ['Finished', html`<time datetime="${report.finishedAt}">${moment(report.finishedAt)}</time>`],
    ['Views', report.views.length > 0 ? report.views.map((view, i) => [i > 0 && ', ', name(view)]) : null],
  ])}
</div>`);
}

const endpoint = (heading: string, at: EndpointReport, facts: readonly (readonly [string, Content])[]): Html =>
  html`<div class="endpoint"><h3>${heading}</h3>
<p class="place">${kindOf(at) !== null && html`<span class="kind">${kindOf(at)}</span> `}<bdi>${at.label}</bdi></p>
<dl>${facts.filter(([, value]) => value !== null).map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl></div>`;
