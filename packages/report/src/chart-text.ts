import type {Bar, Chart} from './chart.ts';
import {padEnd, shorten, widthOf, type Marks, type Paint} from './terminal-text.ts';

const GAP = 2;
const INDENT = '  ';
const WIDEST_BAR = 60;
const NARROWEST_BAR = 8;
/** A part of a character, in eighths. */
const PARTS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** The bars of a chart in lines of at most `width` columns, on one scale. */
export function chartLines({groups, least, most}: Chart, width: number, marks: Marks, paint: Paint): string[] {
  const bars = groups.flatMap(group => group.bars);
  const indent = groups.some(({name}) => name !== null) ? INDENT : '';
  const room = width - indent.length;
  const values = Math.max(...bars.map(({text}) => widthOf(text)));
  const labels = Math.min(Math.max(...bars.map(({label}) => widthOf(label))), Math.max(NARROWEST_BAR, Math.floor(room / 3)));
  const area = Math.max(NARROWEST_BAR, Math.min(WIDEST_BAR, room - labels - values - GAP - 1));
  // Where zero is, in characters.
  const zero = most === least ? 0 : Math.round((area * -least) / (most - least));
  const draw = (bar: Bar): string => {
    const label = padEnd(shorten(bar.label, labels, marks.ellipsis), labels);
    const {left, right} = barOf(bar.size ?? 0, {zero, cells: area - zero, least, most}, marks);
    const drawn = `${' '.repeat(zero - widthOf(left))}${left}${right}`;
    const padded = zero === 0 ? drawn : padEnd(drawn, area);
    return `${indent}${label}${labels > 0 ? ' '.repeat(GAP) : ''}${paint.good(padded)}${padded === '' ? '' : ' '}${bar.text}`.trimEnd();
  };
  return groups.flatMap(({name, bars: own}) => [...(name === null ? [] : [paint.bold(shorten(name, width, marks.ellipsis))]), ...own.map(draw)]);
}

interface Scale {
  /** Characters on both sides of zero. */
  readonly zero: number;
  readonly cells: number;
  readonly least: number;
  readonly most: number;
}

/** What is not zero shows, however small it is. */
function barOf(size: number, {zero, cells, least, most}: Scale, {bar}: Marks): {readonly left: string; readonly right: string} {
  if (size === 0) return {left: '', right: ''};
  if (size < 0) return {left: bar.repeat(Math.min(zero, Math.max(1, Math.round((zero * size) / least)))), right: ''};
  const eighths = Math.max(1, Math.round((cells * 8 * size) / most));
  if (!PARTS_GO_WITH.has(bar)) return {left: '', right: bar.repeat(Math.max(1, Math.round(eighths / 8)))};
  return {left: '', right: bar.repeat(Math.floor(eighths / 8)) + PARTS[eighths % 8]!};
}

const PARTS_GO_WITH: ReadonlySet<string> = new Set(['█']);
