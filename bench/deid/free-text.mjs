// What the free-text engine takes out of texts with known values, and what it takes that nobody asked for.
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {cleanTexts, identifyingTexts, scoreTexts} from '@sluice/testkit/deidentification';
import {csvRows, developmentData, jsonLines} from './development-data.mjs';

const percent = (part, whole) => whole === 0 ? null : Math.round(10_000 * part / whole) / 100;

/** Recall of values whole and by class: every telling token gone, and, leniently, the value not left as it was. */
function figures({texts, total, byClass, plainCharacters, overRedacted}) {
  const each = ({values, gone, whole}) => ({values, recall: percent(gone, values), survivingWhole: whole});
  return {texts, ...each(total), byClass: Object.fromEntries(Object.keys(byClass).toSorted((a, b) => a < b ? -1 : 1).map(name => [name, each(byClass[name])])), overRedactedPercent: percent(overRedacted, plainCharacters)};
}

/** Milliseconds a text, over `rounds` of all of them after one to warm up. */
export function timed(texts, redact, rounds = 3) {
  const times = [];
  for (let round = 0; round <= rounds; round++) {
    for (const text of texts) {
      const started = process.hrtime.bigint();
      redact(text);
      if (round > 0) times.push(Number(process.hrtime.bigint() - started) / 1e6);
    }
  }
  times.sort((a, b) => a - b);
  return {median: times[times.length >> 1], p99: times[Math.floor(times.length * 0.99)], mean: times.reduce((sum, time) => sum + time, 0) / times.length};
}

/**
 * Sentences that are safe: without a label and without a digit, for the set labels nine kinds and leaves dates, addresses and most numbers
 * unlabelled. In how many of them is something taken out?
 */
function safeSentences(texts, find) {
  let sentences = 0, touched = 0;
  for (const {text, values} of texts) {
    const found = find(text);
    for (const {index, 0: sentence} of text.matchAll(/[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?]*/g)) {
      const end = index + sentence.length;
      if (!/^[^\p{N}@]*\p{L}[^\p{N}@]*$/u.test(sentence) || values.some(value => value.start < end && value.end > index)) continue;
      sentences++;
      if (found.some(span => span.start < end && span.end > index)) touched++;
    }
  }
  return {sentences, touched, touchedPercent: percent(touched, sentences)};
}

function ambientmeta(folder, redactor) {
  const texts = jsonLines(join(folder, 'filtered.jsonl')).map(({id, text, annotations}) => ({
    id, text, values: annotations.map(({start, end, entity_type: kind}) => ({value: text.slice(start, end), class: kind, start, end})),
  }));
  const find = text => redactor.find(text);
  return {...figures(scoreTexts(texts, find)), safeSentences: safeSentences(texts, find), milliseconds: timed(texts.map(({text}) => text), text => redactor.redact(text))};
}

const columnsOfPersons = JSON.parse(readFileSync(join(import.meta.dirname, '../data/tide-person-columns.json'), 'utf8'));

/** How a value of a person's row is written in a note that has it: as it stands, apart from case. */
const occurs = (text, value) => text.toLowerCase().includes(value.toLowerCase());

/** Notes with the row of their person beside them: which of the row's values are in the note, and which are left, with the row known and without. */
function tideNotes(folder, {redactor, knownValues}) {
  const persons = new Map(csvRows(join(folder, 'phi/phi_person_data_example.csv')).map(row => [row.person_id, row]));
  const notes = csvRows(join(folder, 'person_data/person.csv')).map(({note_id: file, person_id: person}) => ({text: readFileSync(join(folder, 'sample_notes', file), 'utf8'), row: persons.get(person)}));
  const tally = {notes: notes.length, values: 0, survivingWithRow: 0, survivingWithout: 0};
  const times = timed(notes, ({text}) => redactor.redact(text), 1);
  for (const {text, row = {}} of notes) {
    const values = Object.entries(columnsOfPersons).map(([column, name]) => ({value: (row[column] ?? '').trim().replace(/T00:00:00$/, ''), class: name})).filter(({value}) => value.length > 1);
    const inside = values.filter(({value}) => occurs(text, value));
    const known = redactor.redact(text, knownValues(values)).text, alone = redactor.redact(text).text;
    tally.values += inside.length;
    tally.survivingWithRow += inside.filter(({value}) => occurs(known, value)).length;
    tally.survivingWithout += inside.filter(({value}) => occurs(alone, value)).length;
  }
  const files = readdirSync(join(folder, 'sample_notes')).length;
  if (files !== notes.length) throw new Error(`tide-notes has ${files} notes, and persons for ${notes.length}`);
  return {...tally, milliseconds: times};
}

export async function freeText(options) {
  const {createRedactor, knownValues} = await import('@sluice/redact');
  const redactor = createRedactor(), find = text => redactor.find(text);
  const own = scoreTexts(identifyingTexts, find, new Set(['state'])), clean = scoreTexts(cleanTexts, find);
  const result = {
    version: redactor.version,
    own: {...figures(own), cleanTexts: clean.texts, cleanTouchedPercent: percent(clean.touched, clean.texts), milliseconds: timed([...identifyingTexts, ...cleanTexts].map(({text}) => text), text => redactor.redact(text))},
  };
  const folder = developmentData('ambientmeta', options), notes = developmentData('tide-notes', options);
  if (folder !== null) result.ambientmeta = ambientmeta(folder, redactor);
  if (notes !== null) result.tideNotes = tideNotes(notes, {redactor, knownValues});
  return result;
}
