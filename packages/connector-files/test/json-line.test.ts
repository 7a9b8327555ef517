import fc from 'fast-check';
import {expect, test} from 'vitest';
import {type JsonKind, scanMembers} from '../src/json-line.ts';

function scan(line: string): [string, JsonKind, string][] | null {
  const members: [string, JsonKind, string][] = [];
  return scanMembers(line, (...member) => members.push(member)) === null ? members : null;
}

test('gives members with their values as they are written', () => {
  expect(scan(' { "a" : 9.0 , "b":12345678901234567890123,"c":"x\\n\\u00e9\\"", "d": { "x" : [ 1.10, "}" ] } ,"e":[ ],"f":true,"g":null,"":-0,"h":1E+5} \r')).toEqual([
    ['a', 'number', '9.0'], ['b', 'number', '12345678901234567890123'], ['c', 'string', 'x\né"'], ['d', 'nested', '{ "x" : [ 1.10, "}" ] }'],
    ['e', 'nested', '[ ]'], ['f', 'bool', 'true'], ['g', 'null', 'null'], ['', 'number', '-0'], ['h', 'number', '1E+5'],
  ]);
  expect(scan('{}')).toEqual([]);
});

test('keys may be there twice: who reads decides', () => {
  expect(scan('{"a":1,"a":2,"__proto__":3}')).toEqual([['a', 'number', '1'], ['a', 'number', '2'], ['__proto__', 'number', '3']]);
});

test.for([
  '', ' ', '[1]', '1', '"x"', 'null', '{', '{"a"}', '{"a":}', '{"a":1', '{"a":1,}', '{,}', '{"a":1}}', '{"a":1} x', "{'a':1}", '{a:1}', '{"a":01}', '{"a":+1}',
  '{"a":.5}', '{"a":1.}', '{"a":1e}', '{"a":NaN}', '{"a":True}', '{"a":nul}', '{"a":"x}', '{"a":"\t"}', '{"a":"\\x"}', '{"a":"\\u12"}', '{"a":[1,]}', '{"a":[1}',
  '{"a":{"b":1]}', '{"a":1 "b":2}', '{"a":1}{"b":2}', '\uFEFF{"a":1}', '{"a":1}\u00a0',
])('refuses %j', line => {
  expect(scan(line)).toBeNull();
});

test('takes and refuses the same lines as JSON.parse, and reads the same values', () => {
  const text = fc.oneof(
    fc.dictionary(fc.string({unit: 'binary'}), fc.jsonValue({maxDepth: 3})).map(value => JSON.stringify(value)),
    fc.string({unit: fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '1', '0', '-', '.', 'e', ' ', '\\', 'u', 'true', 'null', 'a', '{"a":', '"b":')}),
    fc.tuple(fc.json(), fc.nat(60), fc.constantFrom('"', '\\', '}', ',', '', '\n')).map(([json, at, cut]) => `{"a":${json.slice(0, at)}${cut}${json.slice(at)}}`),
  );
  fc.assert(fc.property(text, line => {
    let wanted: unknown;
    try {
      wanted = JSON.parse(line);
    } catch {
      expect(scan(line)).toBeNull();
      return;
    }
    if (typeof wanted !== 'object' || wanted === null || Array.isArray(wanted)) {
      expect(scan(line)).toBeNull();
      return;
    }
    const members = scan(line)!.map(([key, kind, value]) => [key, kind === 'string' ? value : (JSON.parse(value) as unknown)] as const);
    expect(Object.fromEntries(members)).toEqual(wanted);
  }), {numRuns: 5000, seed: 11});
});
