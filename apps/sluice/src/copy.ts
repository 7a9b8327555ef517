import {defineCommand} from '@sluice/cli-kit';
import {planDocument, planText, runJob, studyJob} from '@sluice/job';
import {renderSummary} from '@sluice/report';
import {copyConfig} from './copy-config.ts';
import {copyJob} from './copy-job.ts';

export const copy = defineCommand({
  config: copyConfig,
  positionals: ['source', 'destination'],
  examples: [
    {command: 'sluice copy mysql://reader@db.example/study sqlite:study.db', does: 'A whole database becomes one file.'},
    {command: "sluice copy sqlite:study.db csv:out/ --tables 'data_*' --exclude '*_tr'", does: 'Some tables become CSV files, with their types beside them.'},
    {command: 'sluice copy mysql://reader@db.example/study sqlite:collab.db --policy policy.yaml --report reports', does: 'Only what the policy allows, with a report.'},
  ],
  ends: ({source, destination, dryRun}) => (dryRun ? null : {source: source.url, destination: destination.url}),
  async run(context) {
    const {config, signal, logger, progress, out} = context;
    await using open = await copyJob(context, config.dryRun ? 'look' : 'run');
    const {job} = open;
    if (config.dryRun) {
      const study = await studyJob(job, {scan: true}, signal);
      if (!context.json) out.write(planText(study.plan, out.columns, study));
      return {document: planDocument(study.plan, study)};
    }
    const {report, cause} = await runJob(job, {logger, progress}, signal);
    if (!context.quiet && report.tables.length > 0) {
      const {color, columns: width, unicode} = out;
      out.write(renderSummary(report, {color, width, unicode, ...(job.reportFiles?.html !== undefined && {reportPath: job.reportFiles.html})}));
    }
    return {report, ...(cause !== undefined && {cause})};
  },
});
