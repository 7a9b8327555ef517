import {eastAsianWidth} from 'get-east-asian-width';

/**
 * How many columns of a terminal the text takes: none for what does not print, two for pictures and for what East Asian Width (UAX #11) calls wide, one
 * for everything else, by clusters as a reader sees them (UAX #29). Escape sequences count as none.
 */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  tables ??= compileTables();
  const {clusters, silent, picture, escape, besides} = tables;
  let width = 0;
  for (const {segment} of clusters.segment(text.replace(escape, ''))) {
    const first = [...segment].findIndex(character => !silent.test(character));
    if (first < 0) continue;
    // No picture is longer; what is would only be searched for long.
    if (segment.length < 50 && picture.test(segment)) {
      width += 2;
      continue;
    }
    const [base, ...others] = [...segment].slice(first);
    width += columnsOf(base!) + others.filter(character => besides.test(character)).reduce((sum, character) => sum + columnsOf(character), 0);
  }
  return width;
}

const columnsOf = (character: string) => eastAsianWidth(character.codePointAt(0)!);

// One column each, our own marks among them.
const PLAIN = /^[\u0020-\u007e\u00b7\u2013\u2026\u2500\u2588\u2713\u2717]*$/u;

let tables: ReturnType<typeof compileTables> | undefined;

/** With the first text that needs them, and not as literals, which are compiled when the module is loaded: 40 ms of processor time, a seventh of a start. */
function compileTables() {
  return {
    clusters: new Intl.Segmenter('en', {granularity: 'grapheme'}),
    silent: new RegExp('[\\p{Default_Ignorable_Code_Point}\\p{Control}\\p{Format}\\p{Nonspacing_Mark}\\p{Enclosing_Mark}\\p{Surrogate}]', 'v'),
    // Emoji as recommended, keycaps, and pictures that are joined to another one.
    picture: new RegExp('^(?:\\p{RGI_Emoji}|[\\d#*]\\u20E3|\\p{Extended_Pictographic}.*\\u200D.*\\p{Extended_Pictographic}.*)$', 'v'),
    // ECMA-48, 5.4: control sequences, of which a report uses only those for styles.
    escape: new RegExp('(?:\\u001B\\[|\\u009B)[\\u0030-\\u003F]*[\\u0020-\\u002F]*[\\u0040-\\u007E]', 'gu'),
    // What stands beside the first character of a cluster, and takes its own column.
    besides: new RegExp('\\p{Spacing_Mark}|[\\uFF00-\\uFFEF]', 'v'),
  };
}
