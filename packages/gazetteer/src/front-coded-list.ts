import {readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import {startPlace, startPrint, stepPlace, stepPrint} from './word-table.ts';

/** An entry of a list, as what a `WordTable` keeps of a word instead of the word. One object serves for all entries of a list. */
export interface Entry {
  place: number;
  print: number;
  /** The same for its first word alone. */
  firstPlace: number;
  firstPrint: number;
  /** How many words it has. */
  words: number;
  /** The code unit of its value. */
  value: number;
}

/** Entries have at most this many units. */
const longest = 64;

/**
 * Reads a list of `data/`, calling `visit` with each entry. A list is a text, packed with gzip; a line of it is: the number of characters shared with the entry before
 * (0-9, a-z for 10 to 35), the rest of the entry, one character of value. Front coding takes 15 to 36 % off the packed files. It also halves the reading: what was
 * reckoned for the shared beginning is kept, by its length, and no entry is ever made a string.
 */
export function readList(name: string, visit: (entry: Entry) => void): void {
  // In chunks of 1 MiB: those of 16 KiB that zlib takes by itself are a quarter slower.
  const text = gunzipSync(readFileSync(new URL(`../data/${name}.txt.gz`, import.meta.url)), {chunkSize: 1 << 20}).toString('utf8');
  const places = new Int32Array(longest + 1).fill(startPlace);
  const prints = new Int32Array(longest + 1).fill(startPrint);
  const words = new Uint8Array(longest + 1).fill(1);
  const firsts = new Uint8Array(longest + 1);
  const entry: Entry = {place: 0, print: 0, firstPlace: 0, firstPrint: 0, words: 1, value: 0};
  let unit = 0;
  for (let at = 0; at < text.length; at++) {
    const shared = text.charCodeAt(at++);
    let length = shared < 58 ? shared - 48 : shared - 87;
    let place = places[length]!;
    let print = prints[length]!;
    let count = words[length]!;
    let first = firsts[length]!;
    // The last unit of a line is the value: each one is taken up when the next has shown that the line goes on.
    unit = text.charCodeAt(at++);
    for (let next = text.charCodeAt(at); next !== 10; next = text.charCodeAt(++at)) {
      place = stepPlace(place, unit);
      print = stepPrint(print, unit);
      if (unit === 32) count++;
      else if (count === 1) first = length + 1;
      length++;
      places[length] = place;
      prints[length] = print;
      words[length] = count;
      firsts[length] = first;
      unit = next;
    }
    entry.place = place;
    entry.print = print;
    entry.firstPlace = places[first]!;
    entry.firstPrint = prints[first]!;
    entry.words = count;
    entry.value = unit;
    visit(entry);
  }
}
