import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, jsonSchemaOf} from '@sluice/config';
import {jobConfig} from './job-config.ts';

export const jobSchemaConfig = defineConfig('job schema', 'Prints the JSON Schema of job files, for editors.', {});

export const jobSchema = defineCommand({
  config: jobSchemaConfig,
  examples: [
    {command: 'sluice job schema > job.schema.json', does: 'Then put `# yaml-language-server: $schema=job.schema.json` at the top of the job.'},
    {command: 'sluice job schema --json', does: 'The same.'},
    {command: 'sluice job schema | jq .properties', does: 'What a job may say.'},
  ],
  async run({json, out}) {
    const document = {...jsonSchemaOf(jobConfig), title: 'Sluice job'};
    if (!json) out.write(`${JSON.stringify(document, null, 2)}\n`);
    return {document};
  },
});
