import {isDeepStrictEqual} from 'node:util';
import {parseConfig} from '@sluice/config';
import {ErrorCode, PipelineError} from '@sluice/core';
import {aligned} from '@sluice/report';
import {Document, isMap, isScalar, parse, parseDocument, type YAMLMap} from 'yaml';

const LONGEST_COMMENT = 100;

/** The text of a topics file with one more; what stands there stays to the letter, where it can. Throws CONFIG when it has the topic already, or is no topics file. */
export function withTopic(text: string, file: string, name: string, topic: object, title: string): string {
  parseConfig(text, file);
  const document = parseDocument(text);
  const {contents} = document;
  if (contents !== null && !isMap(contents) && !isNothing(contents)) throw new PipelineError(ErrorCode.CONFIG, `${file} is no section of keys and values`, {remedy: 'correct the file'});
  const topics = isMap(contents) ? contents.get('topics', true) : undefined;
  if (topics !== undefined && !isMap(topics) && !isNothing(topics)) throw new PipelineError(ErrorCode.CONFIG, `${file}: topics is no section`, {remedy: 'correct the file'});
  if (isMap(topics) && topics.has(name)) throw new PipelineError(ErrorCode.CONFIG, `${file} has a topic ${name} already`, {remedy: 'give another --name'});

  const added = new Document({[name]: topic});
  // Beside the id, so that people know it again; who looks at the file with `cat` looks at what a portal says.
  const [comment = ''] = aligned([[title]], {width: LONGEST_COMMENT});
  const node = added.get(name);
  if (comment !== '' && isMap(node)) node.commentBefore = ` ${comment}`;
  const lines = added.toString({lineWidth: 0}).trimEnd().split('\n');

  const before = (parse(text) ?? {}) as {readonly topics?: object | null};
  const wanted = {...before, topics: {...before.topics, [name]: topic}};
  const places = [
    () => (isMap(topics) && topics.items.length > 0 ? behind(text, topics, lines) : null),
    () => (isMap(contents) && isNothing(topics) ? below(text, contents, lines) : null),
    () => (topics === undefined ? splice(text, text.length, ['topics:', ...lines.map(line => `  ${line}`)]) : null),
  ];
  for (const place of places) {
    const spliced = place();
    if (spliced !== null && isSame(spliced, wanted)) return spliced;
  }
  // A section in braces, or one that is empty.
  const made = document.createNode(topic);
  if (comment !== '') made.commentBefore = ` ${comment}`;
  if (!isMap(document.contents)) document.contents = null;
  else {
    if (!isMap(topics)) document.delete('topics');
    document.contents.flow = false;
  }
  document.setIn(['topics', name], made);
  return document.toString({lineWidth: 0});
}

const isNothing = (node: unknown): boolean => isScalar(node) && node.value === null;

/** Behind the last topic, as far from the margin as the first one. */
function behind(text: string, topics: YAMLMap, lines: readonly string[]): string | null {
  const [first] = topics.items;
  const start = isScalar(first?.key) ? first.key.range?.[0] : undefined;
  const end = topics.range?.[1];
  if (start === undefined || end === undefined || topics.flow === true) return null;
  const margin = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  return splice(text, endOfLine(text, Math.max(end - 1, 0)), lines.map(line => margin + line));
}

/** Below `topics:`, which has nothing yet. */
function below(text: string, contents: YAMLMap, lines: readonly string[]): string | null {
  const key = contents.items.map(item => item.key).find(each => isScalar(each) && each.value === 'topics');
  const end = isScalar(key) ? key.range?.[1] : undefined;
  return end === undefined ? null : splice(text, endOfLine(text, end), lines.map(line => `  ${line}`));
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/** With the line ends that the file has. */
function splice(text: string, at: number, lines: readonly string[]): string {
  const [head, tail] = [text.slice(0, at), text.slice(at)];
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  return `${head}${head === '' || head.endsWith('\n') ? '' : lineEnd}${lines.map(line => line + lineEnd).join('')}${tail}`;
}

function isSame(text: string, wanted: object): boolean {
  try {
    return isDeepStrictEqual(parse(text), wanted);
  } catch {
    return false;
  }
}
