import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, option, z} from '@sluice/config';
import {ErrorCode, PipelineError} from '@sluice/core';
import {planDocument, planText, runJobs, studyJob, type CopyJob} from '@sluice/job';
import {renderSummary} from '@sluice/report';
import {openJob} from './open-job.ts';

export const runConfig = defineConfig('run', 'Runs a job file: everything that `copy` does, said once.', {
  job: option(z.string().min(1), {describe: 'The job file, .yaml or .json.', env: false, value: 'FILE'}),
  only: option(z.array(z.string().min(1)).default([]), {describe: 'Run these tables of the job only; * and ? are wildcards.', env: false, value: 'TABLE,...'}),
  dryRun: option(z.boolean().default(false), {describe: 'Print the plan and touch nothing, as `plan` does.', env: false}),
});

export const run = defineCommand({
  config: runConfig,
  positionals: ['job', 'only'],
  examples: [
    {command: 'sluice run job.yaml', does: 'All tables of the job; `sluice init SOURCE DEST -o job.yaml` drafts one.'},
    {command: "sluice run job.yaml visits 'data_*'", does: 'Only these.'},
    {command: 'sluice run job.yaml --dry-run --json', does: 'What it would do, for programs.'},
  ],
  async run({config, signal, logger, progress, out, env, json, quiet}) {
    await using open = await openJob(config.job, config.only, {env, logger, signal}, config.dryRun ? 'look' : 'run');
    const [first, ...more] = open.copies;
    if (!first) throw new PipelineError(ErrorCode.CONFIG, `${config.job} chooses no table`, {remedy: 'correct tables and exclude'});
    if (config.dryRun) return await look([first, ...more]);
    const {report, cause} = await runJobs([first, ...more], {logger, progress}, signal);
    if (!quiet && report.tables.length > 0) {
      const {color, columns: width, unicode} = out;
      out.write(renderSummary(report, {color, width, unicode, ...(first.reportFiles?.html !== undefined && {reportPath: first.reportFiles.html})}));
    }
    return {report, ...(cause !== undefined && {cause})};

    async function look(copies: readonly CopyJob[]) {
      const plans: object[] = [];
      for (const copy of copies) {
        const study = await studyJob(copy, {scan: true}, signal);
        if (!json) out.write(`${plans.length > 0 ? '\n' : ''}${copies.length > 1 ? `mode ${study.plan.mode}\n\n` : ''}${planText(study.plan, out.columns, study)}`);
        plans.push(planDocument(study.plan, study));
      }
      return {document: plans.length === 1 ? plans[0]! : {format: 'sluice.plans/1', plans}};
    }
  },
});
