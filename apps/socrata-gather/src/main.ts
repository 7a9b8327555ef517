import {runCli} from '@sluice/cli-kit';
import {asCommand} from './as-command.ts';
import {tool} from './tool.ts';

await runCli({
  ...tool,
  summary: 'Open data of Socrata portals becomes tables: complete, once, and kept current.',
  commands: [
    {name: 'gather', summary: 'Brings a topic: everything the first time, then what changed since. Also -t alone.', load: async () => (await import('./gather/gather.ts')).gather},
    {name: 'status', summary: 'Says how the last runs of topics ended.', load: async () => (await import('./status/status.ts')).status},
    {name: 'report', summary: 'Asks a target a saved question in SQL: a table and bars, also as a page.', load: async () => (await import('./report/report.ts')).report},
    {name: 'list', summary: 'Lists the data sets of a portal.', load: async () => (await import('./catalog/list.ts')).list},
    {name: 'describe', summary: 'Shows what a data set holds: columns, key, rows, last change.', load: async () => (await import('./catalog/describe.ts')).describe},
    {name: 'add', summary: 'Makes a data set a topic: adds it to the topics file.', load: async () => (await import('./catalog/add.ts')).add},
    {name: 'demo', summary: 'All of it with made-up pets: no network, no server.', load: async () => (await import('./demo/demo.ts')).demo},
    {name: 'topics schema', summary: 'Prints the JSON Schema of topics files, for editors.', load: async () => (await import('./topics/topics-schema.ts')).topicsSchema},
  ],
  examples: [
    {command: 'socrata-gather add data.seattle.gov jguv-t9rb --name pet_license', does: 'Where to begin: `list HOST --search …` finds data sets.'},
    {command: 'socrata-gather -t pet_license', does: 'Everything the first time, what changed since afterwards.'},
    {command: 'socrata-gather -t pet_license --initialize', does: 'Everything anew, beside the table that is there.'},
    {command: 'socrata-gather status', does: 'How the last runs ended.'},
    {command: 'socrata-gather report licences --html licences.html', does: 'A saved question as a table with bars, and as a page.'},
  ],
  notes: ['Exit codes: 0 ok, also when nothing had changed, 1 failed, 2 usage or configuration, 130 interrupted.'],
}, asCommand(process.argv.slice(2)));
