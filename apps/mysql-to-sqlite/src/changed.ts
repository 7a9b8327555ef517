import {defineCommand} from '@sluice/cli-kit';
import {changedConfig} from './bulk-config.ts';
import {showPlan} from './run.ts';

export const changed = defineCommand({
  config: changedConfig,
  examples: [
    {command: 'mysql-to-sqlite changed --source mysql://reader@db.example/study --target collab.db --policy policy.yaml', does: 'Which tables, and why.'},
    {command: 'mysql-to-sqlite changed --source mysql://reader@db.example/study --target collab.db --policy policy.yaml --json', does: 'For programs.'},
    {command: 'mysql-to-sqlite -changed --file-path file_path.json --settings db_exporter_settings.json --source mysql://reader@db.example/study', does: 'The old flags and files.'},
  ],
  run: context => showPlan(context, {kind: 'changes'}),
});
