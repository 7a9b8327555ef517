import {html, type Content, type Html} from './markup.ts';

/** A section with its heading; the id is for links into the page. */
export const section = (id: string, heading: Content, ...content: readonly Content[]): Html =>
  html`<section id="${id}" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${heading}</h2>
${content}
</section>
`;

/** A name from a database. Isolated, so that right-to-left names leave the line around them alone. */
export const name = (text: string): Html => html`<bdi class="name">${text}</bdi>`;

/** Names in a row, each a chip. */
export const chips = (names: readonly string[]): Html =>
  html`<ul class="chips" role="list">${names.map(each => html`<li>${name(each)}</li>`)}</ul>`;

/** A heading cell that says how its column is aligned. */
export const column = (label: Content, kind: 'text' | 'number' = 'text'): Html =>
  html`<th scope="col" role="columnheader" class="${kind}">${label}</th>`;

/** A cell; the label stands before it where the screen is too narrow for columns. */
export const cell = (label: string, content: Content, kind: 'text' | 'number' = 'text'): Html =>
  html`<td role="cell" data-label="${label}" class="${kind}"><span>${content}</span></td>`;
