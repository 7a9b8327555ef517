import {defineCommand} from '@sluice/cli-kit';
import {bulkConfig} from './bulk-config.ts';
import {endsOf, runCopyCommand, showPlan} from './run.ts';

export const bulk = defineCommand({
  config: bulkConfig,
  examples: [
    {command: 'mysql-to-sqlite bulk --source mysql://reader@db.example/study --target collab.db --policy policy.yaml', does: 'Only what the policy allows, ages appended.'},
    {command: 'mysql-to-sqlite bulk --source mysql://reader@db.example/study --target collab.db --policy policy.yaml --dry-run', does: 'What would happen, and what is still undecided.'},
    {command: 'mysql-to-sqlite -a --file-path file_path.json --settings db_exporter_settings.json --source mysql://reader@db.example/study', does: 'The old flags and files.'},
  ],
  ends: endsOf,
  run: context => (context.config.dryRun ? showPlan(context, {kind: 'full'}) : runCopyCommand(context, {kind: 'full'})),
});
