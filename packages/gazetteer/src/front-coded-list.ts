import {readFileSync} from 'node:fs';

/**
 * Reads a list of `data/`, calling `visit` with each entry and its value. A line is: the number of characters shared with the entry before (0-9, a-z for 10 to 35),
 * the rest of the entry, one character of value. Front coding halves the files, which are text so that changes of a list can be reviewed.
 */
export function readList(name: string, visit: (entry: string, value: string) => void): void {
  const text = readFileSync(new URL(`../data/${name}`, import.meta.url), 'utf8');
  let before = '';
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    before = before.slice(0, Number.parseInt(text.charAt(start), 36)) + text.slice(start + 1, end - 1);
    visit(before, text.charAt(end - 1));
    start = end + 1;
  }
}
