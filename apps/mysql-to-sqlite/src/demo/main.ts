import {runCli} from '@sluice/cli-kit';
import {tool} from '../tool.ts';

await runCli({
  name: 'demo', version: tool.version,
  summary: 'Runs the main job: a study database becomes a de-identified, proved collaboration file.',
  defaultCommand: 'demo',
  commands: [{name: 'demo', summary: 'A synthetic twin study, or a database of your own.', load: async () => (await import('./demo.ts')).demo}],
  examples: [
    {command: 'npm run demo', does: 'A synthetic study of 2,000 families, without any server.'},
    {command: 'npm run demo -- --source mysql://user@host/db', does: 'A database of your own; nothing in it is changed.'},
  ],
});
