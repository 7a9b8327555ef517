// chrono-node against scanDates. Run in a folder that has chrono-node installed.
import {scanDates} from '../../../packages/identifiers/dist/index.js';
import {cost, count, library, sentences} from './marked.mjs';

const chrono = library('chrono-node');
const certain = parts => parts != null && ['day', 'month', 'weekday'].some(part => parts.isCertain(part));
// "three days ago" and "at 5" are no dates in the sense of the law: to the library's advantage they are not counted.
const isDate = result => !result.tags().has('result/relativeDate') && (certain(result.start) || certain(result.end));
const spans = results => results.map(({index, text}) => [index, index + text.length]);
const inLanguage = ({text, language}) => [...chrono.parse(text), ...(language !== 'en' ? chrono[language]?.parse(text) ?? [] : [])];

const own = ({text}) => scanDates(text, {ages: 'none'}).map(({start, end}) => [start, end]);
const finders = {
  scanDates: own,
  'chrono, the language known': sentence => spans(inLanguage(sentence).filter(isDate)),
  'chrono, English': ({text}) => spans(chrono.parse(text).filter(isDate)),
  'chrono, English, strict': ({text}) => spans(chrono.strict.parse(text).filter(isDate)),
  'scanDates and chrono': sentence => [...own(sentence), ...spans(inLanguage(sentence).filter(isDate))],
};
for (const set of [1, 2, 3]) {
  for (const [name, find] of Object.entries(finders)) {
    const {whole, part, missed} = count(sentences(`dates-${set}`), find);
    const clean = count(sentences(`no-dates-${set}`), find);
    console.log(`set ${set}  ${name.padEnd(28)} whole ${whole} part ${part} missed ${missed}  clean sentences touched ${clean.touched} of ${clean.sentences}`);
  }
}

const note = [...sentences('dates-1').filter(({language}) => language === 'en').slice(0, 20), ...sentences('no-dates-1').slice(0, 60)].map(({text}) => text).join(' ').slice(0, 2048);
for (const [name, find] of [['scanDates', scanDates], ['chrono', chrono.parse]]) {
  for (let i = 0; i < 20; i++) find(note);
  console.log(`${name}: ${(cost(() => Array.from({length: 50}, (_, i) => find(note + i))) / 50).toFixed(1)} ms a note of 2 kB`);
}
for (const unit of ['0123456789/1/2/3//', '1/2/', '12-', 'Jan 1 ', 'monday ']) {
  for (const size of [64_000, 256_000, 1_000_000]) {
    const text = unit.repeat(size / unit.length);
    console.log(`${JSON.stringify(unit)} without end, ${size}: scanDates ${cost(() => scanDates(text)).toFixed(0)} ms, chrono ${cost(() => chrono.parse(text)).toFixed(0)} ms`);
  }
}
