// compromise against the redactor: people and places. Run in a folder that has compromise installed.
import {createRedactor} from '../../../packages/redact/dist/index.js';
import {cost, count, library, sentences} from './marked.mjs';

const nlp = library('compromise');
const redactor = createRedactor({asOf: '2026'});
const own = ({text}) => redactor.find(text).map(({start, end}) => [start, end]);
const theirs = kinds => ({text}) => {
  const document = nlp(text);
  return kinds.flatMap(kind => document[kind]().json({offset: true}).map(({offset}) => [offset.start, offset.start + offset.length]));
};
const all = theirs(['people', 'places', 'organizations']);
const finders = {redactor: own, 'compromise, people': theirs(['people']), 'compromise, all three': all, 'redactor and compromise': sentence => [...own(sentence), ...all(sentence)]};

// Letters that change their length with their case stay, so that the marks do.
const inCase = change => sentence => ({...sentence, text: [...sentence.text].map(letter => (change(letter).length === letter.length ? change(letter) : letter)).join('')});
const cases = {normal: sentence => sentence, small: inCase(letter => letter.toLowerCase()), capitals: inCase(letter => letter.toUpperCase())};
for (const [name, find] of Object.entries(finders)) {
  for (const [which, change] of Object.entries(cases)) {
    const [people, places, nobody] = ['people', 'places', 'nobody'].map(file => count(sentences(file).map(change), find));
    const share = ({whole, part, missed}) => `${whole} of ${whole + part + missed}`;
    console.log(`${name.padEnd(24)} ${which.padEnd(9)} people ${share(people)}  places ${share(places)}  clean sentences touched ${nobody.touched} of ${nobody.sentences}`);
  }
}
const note = ['people', 'nobody'].map(file => sentences(file).map(({text}) => text).join(' ').slice(0, 1000)).join(' ');
for (const [name, find] of Object.entries(finders)) {
  for (let i = 0; i < 5; i++) find({text: note});
  console.log(`${name}: ${(cost(() => Array.from({length: 20}, (_, i) => find({text: note + i}))) / 20).toFixed(1)} ms a note of 2 kB`);
}
