import {resolve} from 'node:path';
import {expect, test} from 'vitest';
import {files} from '../src/index.ts';
import {locationOf} from '../src/location.ts';

const at = (url: string) => {
  const {format, folder, file, gzip} = locationOf({url});
  return {format, folder, file, gzip};
};

test('understands folders and files, relative and absolute', () => {
  expect(at('csv:data/')).toEqual({format: 'csv', folder: resolve('data'), file: null, gzip: null});
  expect(at('csv:data')).toEqual({format: 'csv', folder: resolve('data'), file: null, gzip: null});
  expect(at('csv:.')).toEqual({format: 'csv', folder: resolve('.'), file: null, gzip: null});
  expect(at('csv:../x.csv/')).toEqual({format: 'csv', folder: resolve('../x.csv'), file: null, gzip: null});
  expect(at('csv:orders.csv')).toEqual({format: 'csv', folder: resolve('.'), file: 'orders.csv', gzip: false});
  expect(at('CSV:data/orders.CSV.GZ')).toEqual({format: 'csv', folder: resolve('data'), file: 'orders.CSV.GZ', gzip: true});
  expect(at('jsonl:/abs/orders.jsonl')).toEqual({format: 'jsonl', folder: '/abs', file: 'orders.jsonl', gzip: false});
  expect(at('jsonl:///abs/orders.jsonl.gz')).toEqual({format: 'jsonl', folder: '/abs', file: 'orders.jsonl.gz', gzip: true});
  expect(at('csv:///abs/')).toEqual({format: 'csv', folder: '/abs', file: null, gzip: null});
  expect(at('csv:data/*.csv.gz')).toEqual({format: 'csv', folder: resolve('data'), file: null, gzip: true});
});

test('takes the path to the letter', () => {
  expect(at('csv:50%25 off?#/a b.csv')).toEqual({format: 'csv', folder: resolve('50%25 off?#'), file: 'a b.csv', gzip: false});
});

test.for(['csv:', 'csv://host/data/', 'csv:a\0b/', 'csv:orders.jsonl', 'jsonl:orders.csv.gz', 'file:x', 'orders.csv'])('refuses %j with the remedy', url => {
  for (const open of [files.source, files.destination]) {
    expect(() => open({url})).toThrow(expect.objectContaining({code: 'SLUICE_CONFIG', remedy: expect.stringContaining(':')}));
  }
});
