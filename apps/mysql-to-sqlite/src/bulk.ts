import {defineCommand} from '@sluice/cli-kit';
import {findEndpoint, planDocument, planJob, planText, runJob} from '@sluice/job';
import {renderSummary} from '@sluice/report';
import {bulkConfig} from './bulk-config.ts';
import {bulkJob} from './bulk-job.ts';
import {loadBulkOptions} from './bulk-options.ts';

export const bulk = defineCommand({
  config: bulkConfig,
  examples: [
    {command: 'mysql-to-sqlite bulk --source mysql://reader@db.example/study --target collab.db --policy policy.yaml', does: 'Only what the policy allows, ages appended.'},
    {command: 'mysql-to-sqlite bulk --source mysql://reader@db.example/study --target collab.db --policy policy.yaml --dry-run', does: 'What would happen, and what is still undecided.'},
    {command: 'mysql-to-sqlite -a --file-path file_path.json --settings db_exporter_settings.json --source mysql://reader@db.example/study', does: 'The old flags and files.'},
  ],
  async run({config, env, logger, signal, progress, out, json, quiet}) {
    const {warnings, ...options} = await loadBulkOptions(config, signal);
    for (const warning of warnings) logger.warn(warning);
    const source = await findEndpoint(
      config.source, {file: config.passwordFile, flag: '--password-file', variable: 'SLUICE_SOURCE_PASSWORD'}, env, logger, signal);
    const job = bulkJob({...options, source, verify: config.verify, stateFile: config.state});
    if (config.dryRun) {
      const plan = await planJob(job, signal);
      if (!json) out.write(planText(plan, out.columns));
      return {document: planDocument(plan)};
    }
    const {report, cause} = await runJob(job, {logger, progress}, signal);
    if (!quiet && report.tables.length > 0) {
      const {color, columns: width, unicode} = out;
      out.write(renderSummary(report, {color, width, unicode, reportPath: options.reportFiles.html}));
    }
    return {report, ...(cause !== undefined && {cause})};
  },
});
