// Sentences in which `[[…]]` marks what has to be found, and the counting of what a finder makes of them.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import process from 'node:process';

/** Loads a library from the folder the measurement is run in. */
export const library = createRequire(join(process.cwd(), 'measure.js'));

/** The sentences of a file. A line may begin with the language and a tab. */
export function sentences(name) {
  return readFileSync(new URL(`sentences/${name}.txt`, import.meta.url), 'utf8').trim().split('\n').map(line => {
    const [language, marked] = line.includes('\t') ? line.split('\t') : ['en', line];
    const marks = [];
    let text = '';
    for (const [i, part] of marked.split(/\[\[|\]\]/).entries()) {
      if (i % 2 === 1) marks.push([text.length, text.length + part.length]);
      text += part;
    }
    return {language, text, marks};
  });
}

/** How many marks a finder covers with every letter and digit, in part, not at all, and what it finds beside them. */
export function count(list, find) {
  const result = {whole: 0, part: 0, missed: 0, beside: 0, touched: 0, sentences: list.length};
  for (const sentence of list) {
    const spans = find(sentence);
    for (const [start, end] of sentence.marks) {
      const places = Array.from({length: end - start}, (_, i) => start + i).filter(at => /[\p{L}\p{N}]/u.test(sentence.text[at]));
      const covered = places.filter(at => spans.some(([from, to]) => at >= from && at < to)).length;
      result[covered === places.length ? 'whole' : covered > 0 ? 'part' : 'missed']++;
    }
    result.beside += spans.filter(([from, to]) => !sentence.marks.some(([start, end]) => start < to && end > from)).length;
    if (spans.length > 0) result.touched++;
  }
  return result;
}

/** Processor time of a function in milliseconds. */
export function cost(run) {
  const before = process.cpuUsage();
  run();
  const {user, system} = process.cpuUsage(before);
  return (user + system) / 1000;
}
