import type {RunReport} from '@sluice/core';
import {count, duration, moment} from './format.ts';
import {section} from './html-parts.ts';
import {keptOf} from './summary-refresh.ts';
import {html, type Content, type Html} from './markup.ts';

/** What a run had to go by: since when, what it found by kind, how long comparing took, where its receipt is. */
export function refreshSection({refresh}: RunReport): Html | null {
  if (!refresh) return null;
  const {kind, reasons, resumed, rowsKept, since, tables, digestSeconds, receipt, asLeft, unlooked = []} = refresh;
  const facts: readonly (readonly [string, Content])[] = [
    ['Kind of run', kind === 'full' ? 'everything was copied' : kind === 'none' ? 'nothing had to be done' : 'only what changed was written'],
    ['Because', reasons.length === 0 ? null : reasons.map(each => html`<div>${each}</div>`)],
    ['Resumed', resumed ? `yes: it went on with what a run that did not end had done${keptOf(rowsKept)}` : null],
    ['Last run', since === null ? 'none is known' : html`<time datetime="${since}">${moment(since)}</time>`],
    ['File before', asLeft === undefined ? null : asLeft ? 'byte for byte what the last run left' : 'not the bytes that the last run left; every table in it was compared'],
    ['Compared at the source', digestSeconds === 0 ? null : duration(digestSeconds)],
    ['Receipt', receipt],
  ];
  const kinds: readonly (readonly [string, number])[] = [
    ['unchanged', tables.unchanged - unlooked.length], ['not looked at', unlooked.length], ['with changed rows', tables.patched], ['made anew', tables.rewritten], ['new', tables.new], ['removed', tables.removed],
  ];
  return section('since', 'Since the last run', html`<p class="kinds">${kinds.filter(([, n]) => n > 0).map(([word, n]) => html`<span><b>${count(n)}</b> ${word}</span> `)}</p>
<dl class="facts">${facts.filter(([, value]) => value !== null).map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`);
}
