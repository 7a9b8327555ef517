import {readFileSync} from 'node:fs';
import {decode, parseConfig, type Config} from '@sluice/config';
import {describe, expect, test} from 'vitest';
import {bulkConfig, changedConfig, tablesConfig, updateConfig, verifyConfig} from '../src/bulk-config.ts';
import {checkConfig} from '../src/check.ts';
import {fileKeys} from '../src/file-keys.ts';
import {historyConfig} from '../src/history.ts';
import {initConfig} from '../src/init.ts';

const configs: readonly Config[] = [bulkConfig, updateConfig, changedConfig, tablesConfig, verifyConfig, checkConfig, historyConfig, initConfig];
const page = readFileSync(new URL('../../../docs/guides/scheduling.md', import.meta.url), 'utf8');
const {logFolder: _, ...fromPage} = parseConfig(/```yaml\n(.*?)```/su.exec(page)![1]!, 'study.yaml').value as Record<string, string>;

test('the keys of all commands are known to all of them', () => {
  expect([...fileKeys].sort()).toEqual([...new Set(configs.flatMap(({options}) => Object.keys(options)))].sort());
});

describe.each(configs.map(config => [config.name, config] as const))('%s', (name, config) => {
  const flags = name === 'tables' ? {tables: ['t']} : {};

  test('works with the one configuration file of the page on scheduling', () => {
    expect(Object.keys(fromPage).length).toBeGreaterThan(6);
    const file = parseConfig(Object.entries(fromPage).map(([key, value]) => `${key}: ${value}\n`).join(''), 'study.yaml');
    expect(() => decode(config, {flags, file})).not.toThrow();
  });

  test('refuses a key that no command knows, with what was meant', () => {
    expect(() => decode(config, {flags, file: parseConfig('source: mysql://db/x\nkeepArchive: 3\n', 'study.yaml')})).toThrow(/keepArchive is not a known key; did you mean keepArchives\?/u);
  });
});
