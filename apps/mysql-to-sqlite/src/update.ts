import {defineCommand} from '@sluice/cli-kit';
import {updateConfig} from './bulk-config.ts';
import {endsOf, runCopyCommand, showPlan} from './run.ts';

export const update = defineCommand({
  config: updateConfig,
  examples: [
    {command: 'mysql-to-sqlite update --source mysql://reader@db.example/study --target collab.db --policy policy.yaml', does: 'Only what changed since the last run.'},
    {command: 'mysql-to-sqlite update --source mysql://reader@db.example/study --target collab.db --policy policy.yaml --dry-run', does: 'The same as `changed`.'},
    {command: 'mysql-to-sqlite -u --file-path file_path.json --settings db_exporter_settings.json --source mysql://reader@db.example/study', does: 'The old flags and files.'},
  ],
  ends: endsOf,
  run: context => (context.config.dryRun ? showPlan(context, {kind: 'changes'}) : runCopyCommand(context, {kind: 'changes'})),
});
