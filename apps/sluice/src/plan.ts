import {defineCommand} from '@sluice/cli-kit';
import {planDocument, planText, studyJob} from '@sluice/job';
import {planConfig} from './copy-config.ts';
import {copyJob} from './copy-job.ts';

export const plan = defineCommand({
  config: planConfig,
  positionals: ['source', 'destination'],
  examples: [
    {command: 'sluice plan mysql://reader@db.example/study sqlite:study.db', does: 'Tables, types, what would be lost and what cannot travel.'},
    {command: 'sluice plan mysql://reader@db.example/study sqlite:study.db --policy policy.yaml', does: 'Also which columns the policy takes out, or which it has not decided.'},
    {command: 'sluice plan mysql://reader@db.example/study postgresql://writer@db.example/study --no-scan --json', does: 'For programs, by the types alone: no table is read.'},
  ],
  async run(context) {
    await using open = await copyJob(context, 'look');
    const study = await studyJob(open.job, {scan: context.config.scan}, context.signal);
    if (!context.json) context.out.write(planText(study.plan, context.out.columns, study));
    return {document: planDocument(study.plan, study)};
  },
});
