import {defineCommand} from '@sluice/cli-kit';
import {verifyCopy} from '@sluice/job';
import {verifyConfig} from './bulk-config.ts';
import {openJob, runCopyCommand} from './run.ts';
import {verificationText} from './verification-text.ts';

export const verify = defineCommand({
  config: verifyConfig,
  examples: [
    {command: 'mysql-to-sqlite verify --source mysql://reader@db.example/study --target collab.db --policy policy.yaml', does: 'Every row of both sides; exit code 1 when one differs.'},
    {command: 'mysql-to-sqlite verify --source mysql://reader@db.example/study --target collab.db --policy policy.yaml --repair', does: 'Makes the tables that differ anew, and compares again.'},
    {command: 'mysql-to-sqlite verify --source mysql://reader@db.example/study --target collab.db --policy policy.yaml --json', does: 'For programs.'},
  ],
  async run(context) {
    const {logger, progress, signal, out, json, config} = context;
    const compare = async () => {
      await using open = await openJob(context, {kind: 'changes'}, 'compare');
      return await verifyCopy(open.job, {logger, progress}, signal);
    };
    let verification = await compare();
    if (config.repair && verification.status === 'different') {
      if (!json) out.write(verificationText(verification));
      const reason = 'verify found that it differs from the source';
      const force = new Map(verification.tables.filter(({status}) => status !== 'equal').map(({name}) => [name, reason]));
      const {report, cause} = await runCopyCommand({...context, out: {...out, write: text => { if (!json) out.write(text); }}}, {kind: 'changes', force});
      if (report && report.status !== 'ok') return {report, ...(cause !== undefined && {cause})};
      verification = await compare();
    }
    if (!json) out.write(verificationText(verification));
    return {document: verification, exitCode: verification.status === 'equal' ? 0 : 1};
  },
});
