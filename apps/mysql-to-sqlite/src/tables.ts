import {defineCommand} from '@sluice/cli-kit';
import {tablesConfig} from './bulk-config.ts';
import {endsOf, runCopyCommand, showPlan} from './run.ts';

export const tables = defineCommand({
  config: tablesConfig,
  positionals: ['tables'],
  examples: [
    {command: 'mysql-to-sqlite tables data_4_au_t gen_twins --source mysql://reader@db.example/study --target collab.db --policy policy.yaml', does: 'These two, whether they changed or not.'},
    {command: "mysql-to-sqlite tables 'user_sd_sd with dropped tb item' --source mysql://reader@db.example/study --target collab.db --policy policy.yaml", does: 'A name with spaces.'},
    {command: 'mysql-to-sqlite -t data_4_au_t --file-path file_path.json --settings db_exporter_settings.json --source mysql://reader@db.example/study', does: 'The old flags and files.'},
  ],
  ends: endsOf,
  run(context) {
    const parts = {kind: 'changes', only: new Set(context.config.tables)} as const;
    return context.config.dryRun ? showPlan(context, parts) : runCopyCommand(context, parts);
  },
});
