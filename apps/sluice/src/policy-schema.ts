import {defineCommand} from '@sluice/cli-kit';
import {defineConfig} from '@sluice/config';
import {policyJsonSchema} from '@sluice/transform-deidentify';

export const policySchemaConfig = defineConfig('policy schema', 'Prints the JSON Schema of policies, for editors.', {});

export const policySchema = defineCommand({
  config: policySchemaConfig,
  examples: [
    {command: 'sluice policy schema > policy.schema.json', does: 'Then put `# yaml-language-server: $schema=policy.schema.json` at the top of the policy.'},
    {command: 'sluice policy schema --json', does: 'The same.'},
    {command: 'sluice policy schema | jq .properties', does: 'What a policy may say.'},
  ],
  async run({json, out}) {
    const document = policyJsonSchema();
    if (!json) out.write(`${JSON.stringify(document, null, 2)}\n`);
    return {document};
  },
});
