import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, endpointUrl, option, z} from '@sluice/config';
import {refuseExisting, writeNewFile} from '@sluice/atomic-file';
import {studyJob, type CopyJob} from '@sluice/job';
import {matchTables} from '@sluice/transform-shape';
import {draftJob} from './draft-job.ts';
import {endOf} from './open-job.ts';
import {counted} from './text.ts';
import {tool} from './tool.ts';

const names = z.array(z.string().min(1)).default([]);

export const initConfig = defineConfig('init', 'Drafts a job file from what the source holds: every table with its key, and a comment wherever somebody has to decide.', {
  source: option(endpointUrl(), {describe: 'Where to read, a URL as for `copy`.', value: 'URL'}),
  destination: option(endpointUrl(), {describe: 'Where to write.', value: 'URL'}),
  output: option(z.string().min(1).optional(), {describe: 'Write the draft here; a file that is there already is not written over.', alias: 'o', env: false, value: 'FILE'}),
  tables: option(names, {describe: 'Only these tables; * and ? are wildcards.', value: 'PATTERN,...'}),
  exclude: option(names, {describe: 'Leave these out.', value: 'PATTERN,...'}),
  scan: option(z.boolean().default(true), {describe: 'Look at every value to tell what would be lost; --no-scan judges by the types alone.', env: false}),
  passwordFile: option(z.string().optional(), {describe: 'A file with the password of the source; or SLUICE_SOURCE_PASSWORD.', env: false, value: 'FILE'}),
  destinationPasswordFile: option(z.string().optional(), {describe: 'The same for the destination; or SLUICE_DESTINATION_PASSWORD.', env: false, value: 'FILE'}),
});

export const init = defineCommand({
  config: initConfig,
  positionals: ['source', 'destination'],
  examples: [
    {command: 'sluice init mysql://reader@db.example/study postgresql://writer@db.example/study -o job.yaml', does: 'A draft of the whole; then: sluice run job.yaml --dry-run'},
    {command: "sluice init sqlite:study.db csv:out/ --tables 'data_*' -o job.yaml", does: 'Of some tables.'},
    {command: 'sluice init mysql://reader@db.example/study sqlite:study.db --no-scan', does: 'To look at; no table is read.'},
  ],
  async run(context) {
    const {source, destination, output, tables, exclude, scan, passwordFile, destinationPasswordFile} = context.config;
    if (output !== undefined) await refuseExisting(output);
    const end = (url: typeof source, file: string | undefined) => file === undefined ? url : {url, passwordFile: file};
    const job: CopyJob = {
      tool, source: await endOf(end(source, passwordFile), 'source', context), destination: await endOf(end(destination, destinationPasswordFile), 'destination', context),
      ...(tables.length + exclude.length > 0 && {select: matchTables({tables, exclude})}),
    };
    const study = await studyJob(job, {scan}, context.signal);
    // Never with a password: an endpoint's URL has none.
    const draft = draftJob(study, {source: source.url, destination: destination.url});
    if (output === undefined) {
      if (!context.json) context.out.write(draft);
    } else {
      await writeNewFile(output, draft);
      const open = draft.match(/# DECIDE/g)?.length ?? 0;
      context.logger.info(`${output} has ${counted(study.plan.tables.length, 'table')} and ${counted(open, 'open decision')}; then: sluice run ${output} --dry-run`);
    }
    return {document: {format: 'sluice.draft/1', file: output ?? null, text: draft}};
  },
});
