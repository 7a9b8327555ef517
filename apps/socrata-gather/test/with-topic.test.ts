import {parse} from 'yaml';
import {expect, test} from 'vitest';
import {withTopic} from '../src/catalog/with-topic.ts';

const TOPIC = {source: 'h.example', dataset: 'aaaa-bbbb', table: 'pets'};
const add = (text: string, title = 'Pets') => withTopic(text, 'topics.yaml', 'pets', TOPIC, title);

test.each([
  ['nothing', '', 'topics:\n  pets:\n    # Pets\n    source: h.example\n    dataset: aaaa-bbbb\n    table: pets\n'],
  ['a comment', '# mine\n', '# mine\ntopics:\n  pets:\n    # Pets\n    source: h.example\n    dataset: aaaa-bbbb\n    table: pets\n'],
  ['targets alone, without a last line end', 'targets: {w: "sqlite:x.db"}', 'targets: {w: "sqlite:x.db"}\ntopics:\n  pets:\n    # Pets\n    source: h.example\n    dataset: aaaa-bbbb\n    table: pets\n'],
  ['a section without a topic', 'topics: # to come\n# none yet\nlog: {table: x}\n', 'topics: # to come\n  pets:\n    # Pets\n    source: h.example\n    dataset: aaaa-bbbb\n    table: pets\n# none yet\nlog: {table: x}\n'],
  [
    'wider margins, blanks and comments, and something behind',
    'topics:\n    old:   # one\n        source:   h\n        dataset: cccc-dddd\n        table: t   # last\n\n# behind\nlog: {table: x}\n',
    'topics:\n    old:   # one\n        source:   h\n        dataset: cccc-dddd\n        table: t   # last\n    pets:\n      # Pets\n      source: h.example\n      dataset: aaaa-bbbb\n      table: pets\n\n# behind\nlog: {table: x}\n',
  ],
  [
    'a topic in braces, and line ends of Windows', 'topics:\r\n  old: {source: h, dataset: cccc-dddd, table: t} # kept\r\nlog:\r\n  table: x\r\n',
    'topics:\r\n  old: {source: h, dataset: cccc-dddd, table: t} # kept\r\n  pets:\r\n    # Pets\r\n    source: h.example\r\n    dataset: aaaa-bbbb\r\n    table: pets\r\nlog:\r\n  table: x\r\n',
  ],
])('what stands in a file stays to the letter: %s', (_, text, wanted) => {
  expect(add(text)).toBe(wanted);
});

test.each([
  'topics:\n# none yet\nlog: {table: x}\n', 'topics: {}\n', 'topics: {old: {source: h, dataset: cccc-dddd, table: t}}\n', 'topics: ~\n', 'null\n', '---\ntopics:\n  old: {source: h, dataset: cccc-dddd, table: t}\n...\n',
  'topics:\n  old:\n    source: h\n    dataset: cccc-dddd\n    table: t\n    filter: |\n      a = 1\n      OR b = 2\n', '"topics":\n  "old": {source: h, dataset: cccc-dddd, table: t}\n',
])('whatever a file looks like, it has one topic more behind it: %j', text => {
  const before = (parse(text) ?? {}) as {topics?: object | null};
  expect(parse(add(text))).toEqual({...before, topics: {...before.topics, pets: TOPIC}});
});

test.each([
  ['- a\n', 'topics.yaml is no section of keys and values'], ['topics: []\n', 'topics.yaml: topics is no section'], ['topics: {pets: {source: h}}\n', 'topics.yaml has a topic pets already'], ['a: [\n', 'topics.yaml'],
])('what is no topics file is refused in a sentence: %j', (text, says) => {
  expect(() => add(text)).toThrow(expect.objectContaining({code: 'SLUICE_CONFIG', message: expect.stringContaining(says) as string}));
});

test('a title of several lines is one comment, and nothing of it is anything else', () => {
  const text = add('', `Pets\n- y: 1\u001b[2J ${'x'.repeat(200)}`);
  expect(parse(text)).toEqual({topics: {pets: TOPIC}});
  expect(text).toMatch(/^ {4}# Pets - y: 1\\u\{1b\}\[2J x+…$/m);
});
