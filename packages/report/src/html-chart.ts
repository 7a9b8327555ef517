import type {Bar, Chart} from './chart.ts';
import {section} from './html-parts.ts';
import {html, whole, type Html} from './markup.ts';

/** Bars on one scale. Who does not see them hears what they are of, and that their numbers are in the table. */
export function chartSection({title, groups, least, most, note}: Chart): Html {
  const span = most - least || 1;
  const percent = (part: number) => Math.round((part / span) * 10_000) / 100;
  const bar = ({label, text, size}: Bar): Html => {
    const length = size === null || size === 0 ? 0 : Math.max(0.2, percent(Math.abs(size)));
    const from = size !== null && size < 0 ? percent(-least) - length : percent(-least);
    return html`<div><span class="label"><bdi>${whole(label)}</bdi></span><span class="bar"><svg viewBox="0 0 100 4" preserveAspectRatio="none"><rect x="${Math.max(0, from)}" width="${length}" height="4"/></svg></span><span class="amount"><bdi>${whole(text)}</bdi></span></div>
`;
  };
  return section('chart', whole(title), html`<figure class="chart" role="img" aria-label="Bar chart: ${whole(title)}. The numbers are in the table below.">
${groups.map(({name, bars}) => html`<div class="group">${name !== null && html`<p class="series"><bdi>${whole(name)}</bdi></p>
`}${bars.map(bar)}</div>
`)}</figure>
`, note !== null && html`<p class="quiet">${note}</p>`);
}

// One grid for all groups: only then do bars of the same length mean the same.
export const chartStyle = `
.chart{display:grid;grid-template-columns:minmax(3rem,max-content) 1fr max-content;gap:.3rem 1rem;align-items:center;font-size:.875rem}
.chart :is(.group,.group>div){display:contents}
.chart .series{grid-column:1/-1;font-weight:600;break-after:avoid}
.chart .group+.group .series{margin-top:1.2rem}
.chart .label{max-width:18rem}
.chart .bar svg{height:.8rem;border-radius:.15rem}
.chart .amount{text-align:right;white-space:nowrap}
@media (max-width:44rem){.chart .label{max-width:8rem}.chart .bar{padding:0}}
`;
