import {markdownOf} from '@sluice/config';
import {expect, test} from 'vitest';
import {fileConfig} from '../src/config-schema.ts';
import {fileKeys} from '../src/config/file-keys.ts';
import {loadConfig} from '../src/load/load-config.ts';
import {mergeConfig} from '../src/schema/merge.ts';
import {patchConfig} from '../src/schema/patch.ts';
import {schemaConfig} from '../src/schema/schema.ts';
import {tablesConfig} from '../src/schema/tables.ts';
import {copyConfig} from '../src/stage/copy.ts';
import {readConfig} from '../src/stage/read.ts';
import {statusConfig} from '../src/status/status.ts';
import {syncConfig} from '../src/sync/sync-config.ts';
import {verifyConfig} from '../src/verify/verify.ts';

const configs = [schemaConfig, mergeConfig, patchConfig, tablesConfig, loadConfig, readConfig, copyConfig, syncConfig, verifyConfig, statusConfig];

test('the reference page has every option of every command', async () => {
  const pages = configs.map(config => markdownOf(config).replace(/^# /, '## mongo-to-psql ').replace(/^## Advanced$/m, '### Advanced')
    .replace('A flag wins over a variable, a variable over the configuration file, the file over the default.\n\n', ''));
  await expect(`# The commands of mongo-to-psql

<!-- Generated from the options of each command: edit those, then run this package's tests with \`-u\`. -->

A flag wins over a variable, a variable over the configuration file (\`--config\`), the file over the default.

${pages.join('\n')}`).toMatchFileSnapshot('../../../docs/reference/mongo-to-psql.md');
});

test('a configuration file may have every key that the JSON Schema tells of', () => {
  expect(Object.keys(fileConfig.options).filter(key => !fileKeys.includes(key))).toEqual([]);
});
