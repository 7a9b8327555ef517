import {gazetteer} from '@sluice/gazetteer';
import type {Span} from '@sluice/identifiers';

/** Addresses written in Han characters, kana and Hangul, largest part first and without blanks: "北京市朝阳区建国路88号", "大阪市北区梅田2丁目4-9", "서울특별시 마포구 월드컵북로 54길 12". Linear in the length of the text. */
export function findScriptAddresses(text: string): readonly Span[] {
  if (!eastern.test(text)) return [];
  const spans: Span[] = [];
  const put = (start: number, end: number): void => {
    spans.push({start, end, class: 'B', kind: 'geo.street', rule: 'street.script', score: 0.9});
  };
  for (const match of text.matchAll(run)) {
    for (const [start, end] of inRun(match[0])) {
      building.lastIndex = match.index + end;
      put(match.index + start, building.test(text) ? building.lastIndex : match.index + end);
    }
  }
  for (const match of text.matchAll(coded)) put(match.index, match.index + match[0].length);
  for (const match of text.matchAll(hangul)) put(match.index, match.index + match[0].length);
  return spans;
}

/** Whatever is written behind a Japanese post code on its line. */
const coded = /〒\s?\d{3}-?\d{4}\s{0,2}[\u4e00-\u9fff\u3040-\u30ff々〇\dA-Z-]{2,60}(?: [\u4e00-\u9fff\u3040-\u30ff々〇\dA-Z-]{2,40}){0,3}/g;

const eastern = /[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]/;
const run = /[\u4e00-\u9fff\u3040-\u30ff々〇\dA-Z-]{4,120}/g;
/** Parts that end with -si, -gu, -dong and the like, then a road and the number of the house. */
const hangul = /(?:[\uac00-\ud7af]{1,10}(?:시|도|군|구|읍|면|동|리|가)\s{1,2}){1,4}[\uac00-\ud7af]{1,8}\d{0,3}(?:로|길|동|리|가)\s{0,2}(?:\d{1,3}(?:번)?길\s{0,2})?\d{1,5}(?:-\d{1,4})?(?:번지|호)?(?:,?\s{1,2}\d{1,4}(?:동|호|층)){0,2}/g;

/** The name of a house of flats behind the number, in katakana. */
const building = /[ \u3000]?[\u30a1-\u30fa\u30fc]{2,20}[ \u3000]?\d{1,5}(?:号室)?/y;

const areas = new Set('省市区區县縣州盟旗镇鎮乡鄉村郡町県府都');
const roads = new Set('路街道巷弄里段坊');
/** What stands behind the number of a house, a flat, a floor or a block. */
const counters = ['号楼', '号室', '號', '号', '弄', '室', '栋', '棟', '幢', '座', '楼', '樓', '层', '層', '单元', '巷', '段', '丁目', '番地', '番', '階'];
/** What leads to an address and is no part of it. */
const leads = new Set('在于於住址至从從为為是往到地');
/** A name of a part is at most so long. */
const longest = 7;

/** The addresses of one run of characters. */
function inRun(text: string): [start: number, end: number][] {
  const found: [number, number][] = [];
  for (let at = 0; at < text.length;) {
    const chain = chainFrom(text, at);
    if (chain.start >= 0) found.push([chain.start, chain.end]);
    at = Math.max(chain.next, at + 1);
  }
  return found;
}

interface Chain {
  /** -1 when it is no address. */
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

function chainFrom(text: string, from: number): Chain {
  let start = -1;
  let end = -1;
  let parts = 0;
  let numbers = 0;
  let listed = false;
  let last = from;
  let at = from;
  for (; at < text.length && at - last <= (numbers > 0 ? 2 * longest : longest); at++) {
    const unit = text.charAt(at);
    if (isDigit(unit)) {
      let stop = at;
      while (stop < text.length && stop < at + 24 && (isDigit(text.charAt(stop)) || text.charAt(stop) === '-')) stop++;
      const counter = counters.find(one => text.startsWith(one, stop));
      if (parts > 0 && (counter !== undefined || text.slice(at, stop).includes('-'))) {
        numbers++;
        end = stop + (counter?.length ?? 0);
      } else if (parts > 0 && numbers > 0) end = stop;
      last = at = Math.max(stop + (counter?.length ?? 0), at + 1);
      at--;
      continue;
    }
    if ('座栋棟幢'.includes(unit) && isLetter(text.charAt(at - 1)) && parts > 0) {
      numbers++;
      end = last = at + 1;
      continue;
    }
    // A part has a name: two endings side by side are a word ("市区").
    if (at === last || !(areas.has(unit) || roads.has(unit)) || unit === '都' && text.slice(at - 2, at) !== '東京') continue;
    if (start < 0) start = nameStart(text, from, at);
    if (areas.has(unit) && isListed(text, start, at)) listed = true;
    parts++;
    end = at + 1;
    last = at + 1;
  }
  const sure = numbers > 0 && parts > 0 || parts > 1 && listed;
  return sure && start >= 0 ? {start, end, next: end} : {start: -1, end: -1, next: start < 0 || parts === 0 ? at : Math.max(last, from + 1)};
}

/** Where the first name begins that ends before `at`: behind a word that leads to it, at most three characters back. */
function nameStart(text: string, from: number, at: number): number {
  let start = at;
  while (start > from && at - start < 3 && !leads.has(text.charAt(start - 1))) start--;
  return start;
}

function isListed(text: string, start: number, at: number): boolean {
  const lists = gazetteer();
  for (let first = start; first < at; first++) if (at - first > 1 && (lists.placeCode(text.slice(first, at)) !== '' || lists.placeCode(text.slice(first, at + 1)) !== '')) return true;
  return false;
}

function isLetter(unit: string): boolean {
  return unit >= 'A' && unit <= 'Z';
}

function isDigit(unit: string): boolean {
  return unit >= '0' && unit <= '9';
}
