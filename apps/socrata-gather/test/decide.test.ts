import {describe, expect, test} from 'vitest';
import {asCommand} from '../src/as-command.ts';
import {decide, type Ground} from '../src/gather/decide.ts';
import type {RunRow} from '../src/runs/run-row.ts';

const columns = (...names: string[]) => JSON.stringify({key: [':id'], columns: names.map(name => name.split(' '))});
const last: RunRow = {
  topic: 'pets', startedAt: '2026-01-05T12:00:00.000Z', endedAt: '2026-01-05T12:00:01.000Z', mode: 'full', status: 'ok', rowsPublished: 5, rowsRead: 5, rowsInserted: 5, rowsUpdated: 0, rowsDeleted: 0, rowsInTable: 5,
  watermark: 'w1', sourceStamp: 's1', columns: columns(':id text', 'name text'), filter: null, remarks: null, error: null,
};
const ground: Ground = {topic: 'pets', table: 'pets', initialize: false, deletions: false, last, hasBegun: true, isThere: true, columns: last.columns, filter: null, rowsPublished: 5, watermark: 'w1', sourceStamp: 's1'};

describe('how a run brings the rows', () => {
  test.each([
    {what: 'nothing is different', with: {}, mode: 'unchanged'},
    {what: 'metadata lags behind a row that changed', with: {watermark: 'w2'}, mode: 'incremental'},
    {what: 'a row is gone', with: {sourceStamp: 's2', rowsPublished: 4}, mode: 'incremental'},
    {what: 'metadata says nothing of when', with: {sourceStamp: null}, mode: 'incremental'},
    {what: 'it was asked for everything', with: {initialize: true}, mode: 'full'},
    {what: 'it was asked for deletions', with: {deletions: true}, mode: 'deletions'},
    {what: 'nothing was loaded', with: {last: null, isThere: false}, mode: 'full'},
    {what: 'a first run was killed when the table was there and nothing said so', with: {last: null}, mode: 'full'},
    {what: 'the table was dropped', with: {isThere: false}, mode: 'full'},
    {what: 'there is a new column', with: {columns: columns(':id text', 'name text', 'zip text')}, mode: 'full'},
    {what: 'the filter is another one', with: {filter: "name = 'x'"}, mode: 'full'},
    {what: 'columns are others, and it was asked for everything', with: {initialize: true, columns: columns(':id text')}, mode: 'full'},
  ])('$mode when $what', ({with: more, mode}) => {
    expect(decide({...ground, ...more})).toMatchObject({mode});
  });

  test.each([
    {what: 'gone', with: columns(':id text', 'title text'), says: /name is gone/},
    {what: 'retyped', with: columns(':id text', 'name number'), says: /name was text and is number/},
    {what: 'not the key any more', with: JSON.stringify({key: ['name'], columns: [[':id', 'text'], ['name', 'text']]}), says: /identified by name instead of :id/},
  ])('refused when a column is $what', ({with: now, says}) => {
    expect(() => decide({...ground, columns: now})).toThrow(says);
  });

  test('refused when the table is there and nobody recorded a run', () => {
    expect(() => decide({...ground, last: null, hasBegun: false})).toThrow('no run of topic pets is recorded that made it');
  });
});

test.each([
  [['-t', 'status'], ['gather', '-t', 'status']],
  [['--initialize', '-t', 'pets'], ['gather', '--initialize', '-t', 'pets']],
  [['--import_topic', 'pets', '--initialize'], ['gather', '--topic', 'pets', '--initialize']],
  [['--import_topic=pets'], ['gather', '--topic=pets']],
  [['status', '-t', 'pets'], ['status', '-t', 'pets']],
  [['--help'], ['--help']],
])('the words %j mean %j', (words, meant) => {
  expect(asCommand(words)).toEqual(meant);
});
