import {markdownOf} from '@sluice/config';
import {expect, test} from 'vitest';
import {addConfig} from '../src/catalog/add.ts';
import {describeConfig} from '../src/catalog/describe.ts';
import {listConfig} from '../src/catalog/list.ts';
import {gatherConfig} from '../src/gather/gather.ts';
import {reportConfig} from '../src/report/report.ts';
import {statusConfig} from '../src/status/status.ts';
import {topicsConfig} from '../src/topics/topic-file.ts';

test('the reference page has every option of every command', async () => {
  const pages = [gatherConfig, statusConfig, reportConfig, listConfig, describeConfig, addConfig, topicsConfig].map(config => markdownOf(config).replace(/^# /, '## socrata-gather ').replace(/^## Advanced$/m, '### Advanced')
    .replace('A flag wins over a variable, a variable over the configuration file, the file over the default.\n\n', ''));
  await expect(`# The commands of socrata-gather

<!-- Generated from the options of each command: edit those, then run this package's tests with \`-u\`. -->

A flag wins over a variable, a variable over the configuration file (\`--config\`), the file over the default. What a topics file may say stands last.

${pages.join('\n')}`).toMatchFileSnapshot('../../../docs/reference/socrata-gather.md');
});
