import {expect, test} from 'vitest';
import {describeOptions, markdownOf, type Config} from '@sluice/config';
import {checkConfig} from '../src/check.ts';
import {copyConfig, planConfig} from '../src/copy-config.ts';
import {initConfig} from '../src/init.ts';
import {inspectConfig} from '../src/inspect.ts';
import {jobConfig} from '../src/job-config.ts';
import {runConfig} from '../src/run.ts';
import {verifyConfig} from '../src/verify.ts';

const commands: readonly Config[] = [copyConfig, planConfig, checkConfig, runConfig, initConfig, verifyConfig, inspectConfig];

/** One section of the page. */
const section = (config: Config, title: string) => markdownOf(config).replace(/^# .*$/m, `## ${title}`).replace(/^## Advanced$/m, '### Advanced')
  .replace('A flag wins over a variable, a variable over the configuration file, the file over the default.\n\n', '');

test('the reference page has every option of every command, and every key of a job file', async () => {
  const jobFile = describeOptions(jobConfig).map(({key, describe, details, required, default: fallback}) =>
    `| \`${key}\` | ${required ? '**required**' : fallback === undefined ? '' : `\`${fallback === '' ? "''" : fallback}\``} | ${`${describe}${details === undefined ? '' : ` ${details}`}`.replaceAll('|', '\\|')} |`);
  await expect(`# The commands of sluice

<!-- Generated from the options of each command: edit those, then run this package's tests with \`-u\`. -->

A flag wins over a variable, a variable over the configuration file (\`--config\`), the file over the default.

${commands.map(config => section(config, `sluice ${config.name}`)).join('\n')}
## A job file

What \`sluice run\` carries out: see [jobs in a file](../guides/jobs.md); \`sluice job schema\` prints it for editors.

| key | default | |
|---|---|---|
${jobFile.join('\n')}
`).toMatchFileSnapshot('../../../docs/reference/sluice.md');
});
