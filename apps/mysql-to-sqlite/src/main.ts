import {runCli} from '@sluice/cli-kit';
import {conflictOfOldFlags, translateOldFlags} from './old-flags.ts';
import {tool} from './tool.ts';

const words = process.argv.slice(2);
await runCli({
  ...tool,
  summary: 'A MySQL database becomes a de-identified SQLite file for collaborators.',
  commands: [
    {name: 'bulk', summary: 'Rebuilds the whole file: beside the live one, proved, swapped at once. Also -a.', load: async () => (await import('./bulk.ts')).bulk},
    {name: 'update', summary: 'Brings it up to date: only what changed moves. Also -u.', load: async () => (await import('./update.ts')).update},
    {name: 'changed', summary: 'Says what an update would do and why; touches nothing. Also -changed.', load: async () => (await import('./changed.ts')).changed},
    {name: 'tables', summary: 'Makes some tables anew, whether they changed or not. Also -t.', load: async () => (await import('./tables.ts')).tables},
    {name: 'verify', summary: 'Compares every row of the file with what the source says now; --repair mends it.', load: async () => (await import('./verify.ts')).verify},
    {name: 'check', summary: 'How old the last run is and how it ended: exit code 0 or 1, for a watchdog.', load: async () => (await import('./check.ts')).check},
    {name: 'history', summary: 'The runs so far, newest first.', load: async () => (await import('./history.ts')).history},
    {name: 'init', summary: 'Drafts policy and study from the database, everything still to be decided.', load: async () => (await import('./init.ts')).init},
  ],
  examples: [
    {command: 'mysql-to-sqlite init --source mysql://reader@db.example/study', does: 'Where to begin: files to look through and decide.'},
    {command: 'mysql-to-sqlite bulk --source mysql://reader@db.example/study --target collab.db --policy policy.yaml', does: 'Only what the policy allows, ages appended.'},
    {command: 'mysql-to-sqlite bulk --source mysql://reader@db.example/study --target collab.db --policy policy.yaml --dry-run', does: 'What would happen, and what is still undecided.'},
    {command: 'mysql-to-sqlite update --source mysql://reader@db.example/study --target collab.db --policy policy.yaml', does: 'Only what changed since.'},
    {command: 'mysql-to-sqlite -a --file-path file_path.json --settings db_exporter_settings.json --source mysql://reader@db.example/study', does: 'The old flags and files.'},
  ],
  notes: ['Exit codes: 0 ok, 1 failed, 2 usage or configuration, 3 partial, 130 interrupted.'],
}, translateOldFlags(words), {refusal: conflictOfOldFlags(words)});
