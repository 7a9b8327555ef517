import {expect, test} from 'vitest';
import {NotJson, readMembers} from '../src/row-members.ts';
import {RowSplitter} from '../src/row-splitter.ts';

const ROWS = [
  '{"a":"x","b":"1.50"}', '{}', '{ "quote" : "\\"}{][", "back":"\\\\" }', '{"deep":{"list":[1,{"x":"]"}],"n":9007199254740993.10}}', '{"text":"Zoë \\u0041 \u{1F600}\\\\\\""}', '{"yes":true,"no":false,"nothing":null}',
];

function split(pieces: readonly string[]): string[] {
  const splitter = new RowSplitter('host');
  const rows = pieces.flatMap(piece => splitter.push(piece));
  splitter.end();
  return rows;
}

test('rows are the same wherever the pieces of a page end, in the shapes of both versions', () => {
  for (const text of [`[${ROWS.join('\n,')}]\n`, `[\n${ROWS.join(',\n')}\n]\n`, `\ufeff [ ${ROWS.join(' , ')} ] `]) {
    expect(split([text])).toEqual(ROWS);
    expect(split([...text])).toEqual(ROWS);
    for (let at = 1; at < text.length; at++) expect(split([text.slice(0, at), text.slice(at)]), `cut at ${at}`).toEqual(ROWS);
  }
});

test.for(['[]\n', '[\n]\n', ' [ ] '])('an empty page has no rows: %j', text => {
  expect(split([text])).toEqual([]);
});

test('a page without its end was cut short, wherever it was cut', () => {
  const text = `[${ROWS.join('\n,')}]`;
  for (let at = 0; at < text.length; at++) expect(() => split([text.slice(0, at)]), `cut at ${at}`).toThrow('the answer ended before its end');
});

test.for(['<html>', '{"error":true}', '[1]', '["a"]', '[{},]', '[{}{}]', '[,{}]', '[]x', '[][]', 'null', '[[{}]]'])('what is no array of rows is said to be none: %s', text => {
  expect(() => split([text])).toThrow('what it sends is not an array of rows in JSON');
});

test('members come as they are written, but for strings, which are decoded', () => {
  const members: unknown[] = [];
  readMembers('{"a":"x\\ty","n":-0.10e+5,"big":12345678901234567890,"t":true,"f":false,"z":null,"o":{ "k" : [1.0, "}"] },"__proto__":"p"}', (...member) => members.push(member));
  expect(members).toEqual([
    ['a', 'string', 'x\ty'], ['n', 'number', '-0.10e+5'], ['big', 'number', '12345678901234567890'], ['t', 'bool', 'true'], ['f', 'bool', 'false'], ['z', 'null', 'null'], ['o', 'nested', '{ "k" : [1.0, "}"] }'], ['__proto__', 'string', 'p'],
  ]);
});

test.for(['{"a":}', '{"a"}', '{"a":1,}', '{a:1}', '{"a":01}', '{"a":.5}', '{"a":1}x', '{"a":"\t"}', '{"a":"\\x"}', '{"a":{"b":tru}}', '{"a":nul}', '{"a":NaN}', '["a"]', '{"a":"b'])('what is no JSON object is said to be none: %j', text => {
  expect(() => readMembers(text, () => {})).toThrow(NotJson);
});
