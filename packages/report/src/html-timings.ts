import type {RunReport} from '@sluice/core';
import {duration} from './format.ts';
import {cell, column, section} from './html-parts.ts';
import {html, type Html} from './markup.ts';
import {stages} from './stages.ts';

/** Where the time went: one bar a stage, all on one scale. */
export function timingsSection({timings}: RunReport): Html {
  const longest = Math.max(...stages.map(([stage]) => timings[stage]), 0.001);
  return section('timings', 'Where the time went', html`<table role="table" class="timings"><caption>Seconds by stage, ${duration(timings.total)} in all</caption>
<thead role="rowgroup"><tr role="row">${column('Stage')}${column('Time', 'number')}<th scope="col" role="columnheader" class="wide"><span class="unseen">Share of the longest stage</span></th></tr></thead>
<tbody role="rowgroup">${stages.map(([stage, meaning]) => html`<tr role="row"><th scope="row" role="rowheader">${stage} <small>${meaning}</small></th>${
    cell('Time', duration(timings[stage]), 'number')}<td role="cell" class="bar"><svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width="${
    Math.max(0, Math.round((timings[stage] / longest) * 1000) / 10)}" height="4"/></svg></td></tr>
`)}</tbody></table>`);
}
