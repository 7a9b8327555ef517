import {runCli} from '@sluice/cli-kit';
import {oldConfigFlag} from './config/old-config-flag.ts';
import {oldLogFolder} from './config/old-log-folder.ts';
import {tool} from './tool.ts';

await runCli({
  ...tool,
  references: true,
  summary: 'MongoDB collections become tables, stay in step with them, and are proved equal.',
  commands: [
    {name: 'schema', summary: 'Looks at documents, and writes what is to become of every path.', load: async () => (await import('./schema/schema.ts')).schema},
    {name: 'merge', summary: 'Merges two schema files, without losing anything of either.', load: async () => (await import('./schema/merge.ts')).merge},
    {name: 'patch', summary: 'Makes columns of a schema file take what a load could not put into them.', load: async () => (await import('./schema/patch.ts')).patch},
    {name: 'tables', summary: 'Prints the names of the tables that a schema file makes.', load: async () => (await import('./schema/tables.ts')).tables},
    {name: 'load', summary: 'Makes the tables anew, beside those that are there, proves and swaps them.', load: async () => (await import('./load/load.ts')).load},
    {name: 'read', summary: 'Writes the tables as files that COPY reads, for a load later.', load: async () => (await import('./stage/read.ts')).read},
    {name: 'copy', summary: 'Loads what `read` wrote, beside the tables that are there, and swaps them.', load: async () => (await import('./stage/copy.ts')).copy},
    {name: 'sync', summary: 'Brings the tables in step with what changed; --follow goes on for ever.', load: async () => (await import('./sync/sync.ts')).sync},
    {name: 'verify', summary: 'Compares every document with its rows, both ways; --repair mends them.', load: async () => (await import('./verify/verify.ts')).verify},
    {name: 'status', summary: 'Says whether the tables are in step, and lists the last runs.', load: async () => (await import('./status/status.ts')).status},
    {name: 'demo', summary: 'Loads a made-up shop into a file, keeps it in step and proves it: no server.', load: async () => (await import('./demo/demo.ts')).demo},
    {name: 'config schema', summary: 'Prints the JSON Schema of configuration files, for editors.', load: async () => (await import('./config-schema.ts')).configSchema},
  ],
  examples: [
    {command: 'mongo-to-psql schema mongodb://reader@mongo.example/shop -o schema.json', does: 'What there is, to be looked through.'},
    {command: 'mongo-to-psql load --source mongodb://reader@mongo.example/shop --target postgresql://loader@db.example/shop --schemas schema.json', does: 'All documents as tables, proved.'},
    {command: 'mongo-to-psql sync --source mongodb://reader@mongo.example/shop --target postgresql://loader@db.example/shop --schemas schema.json', does: 'What changed since.'},
    {command: 'mongo-to-psql demo', does: 'All of it on made-up documents, without any server.'},
    {command: 'mongo-to-psql load --config-file old.ini', does: 'With the INI file of the superseded system, into tables like its own.'},
  ],
  notes: ['Exit codes: 0 ok, 1 failed, 2 usage or configuration, 3 partial (load), or a load is needed (sync, status), 130 interrupted.'],
}, oldLogFolder(oldConfigFlag(process.argv.slice(2)), process.env));
