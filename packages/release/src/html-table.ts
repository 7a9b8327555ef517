import {column, html, type Html} from '@sluice/report';

/** A table with its caption, headings and rows. Headings that end in `#` are of numbers. */
export const table = (caption: string, headings: readonly string[], rows: readonly Html[], kind = ''): Html => html`<table role="table" class="${kind}"><caption>${caption}</caption>
<thead><tr role="row">${headings.map(one => one.endsWith('#') ? column(one.slice(0, -1), 'number') : column(one))}</tr></thead>
<tbody>
${rows}</tbody></table>
`;
