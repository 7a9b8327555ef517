import {defineCommand} from '@sluice/cli-kit';
import {planDocument, planJob, planText} from '@sluice/job';
import {planConfig} from './copy-config.ts';
import {copyJob} from './copy-job.ts';

export const plan = defineCommand({
  config: planConfig,
  positionals: ['source', 'destination'],
  examples: [
    {command: 'sluice plan mysql://reader@db.example/study sqlite:study.db', does: 'Tables, types and what cannot travel.'},
    {command: 'sluice plan mysql://reader@db.example/study sqlite:study.db --policy policy.yaml', does: 'Also which columns the policy takes out, or which it has not decided.'},
    {command: 'sluice plan sqlite:study.db mysql://writer@db.example/study --json', does: 'The same for programs.'},
  ],
  async run(context) {
    await using open = await copyJob(context, 'look');
    const planned = await planJob(open.job, context.signal);
    if (!context.json) context.out.write(planText(planned, context.out.columns));
    return {document: planDocument(planned)};
  },
});
