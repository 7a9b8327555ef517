import {runCli} from '@sluice/cli-kit';
import {oldConfigFlag} from './config/old-config-flag.ts';
import {tool} from './tool.ts';

await runCli({
  ...tool,
  references: true,
  summary: 'MongoDB collections become tables, stay in step with them, and are proved equal.',
  commands: [
    {name: 'status', summary: 'Says whether the tables are in step, and lists the last runs.', load: async () => (await import('./status/status.ts')).status},
    {name: 'config schema', summary: 'Prints the JSON Schema of configuration files, for editors.', load: async () => (await import('./config-schema.ts')).configSchema},
  ],
  examples: [
    {command: 'mongo-to-psql config schema > config.schema.json', does: 'For an editor that checks the configuration file.'},
  ],
  notes: ['Exit codes: 0 ok, 1 failed, 2 usage or configuration, 3 partial, 130 interrupted.'],
}, oldConfigFlag(process.argv.slice(2)));
