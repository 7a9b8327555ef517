import {existsSync} from 'node:fs';
import {copyFile, mkdir} from 'node:fs/promises';
import {dirname} from 'node:path';
import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, endpointUrl, option, z} from '@sluice/config';
import {ErrorCode, PipelineError} from '@sluice/core';
import {writeFileAtomically} from '@sluice/atomic-file';
import {findEndpoint} from '@sluice/job';
import {openSource} from '@sluice/registry';
import {draftPolicy} from './init-policy.ts';
import {draftStudy, withAges} from './init-study.ts';
import {fileKeys} from './file-keys.ts';

export const initConfig = defineConfig('init', 'Drafts study.yaml and policy.yaml from the schema of the database; decides nothing.', {
  source: option(endpointUrl(), {describe: 'The database: mysql://user@host/db; user needs SELECT; SHOW VIEW for views.', value: 'URL', example: 'mysql://reader@db.example/study'}),
  studyFile: option(z.string().min(1).default('study.yaml'), {describe: 'Where the layout of the study goes.', env: false, value: 'FILE'}),
  policyFile: option(z.string().min(1).default('policy.yaml'), {describe: 'Where the policy goes.', env: false, value: 'FILE'}),
  force: option(z.boolean().default(false), {describe: 'Write over files that exist; they are kept as FILE.old.', env: false}),
  dryRun: option(z.boolean().default(false), {describe: 'Print both files and write none.', env: false}),
  passwordFile: option(z.string().min(1).optional(), {describe: 'A file with the password; or SLUICE_SOURCE_PASSWORD.', env: false, value: 'FILE'}),
}, {passedOver: fileKeys});

export const init = defineCommand({
  config: initConfig,
  examples: [
    {command: 'mysql-to-sqlite init --source mysql://reader@db.example/study', does: 'Writes study.yaml and policy.yaml, every column still to be decided.'},
    {command: 'mysql-to-sqlite init --source mysql://reader@db.example/study --dry-run', does: 'Prints them.'},
    {command: 'mysql-to-sqlite init --source mysql://reader@db.example/study --policy-file new-policy.yaml --study-file new-study.yaml', does: 'Beside those that are in use, to compare.'},
  ],
  async run({config, env, logger, signal, out, json, quiet}) {
    const files = [config.studyFile, config.policyFile];
    const existing = files.filter(file => existsSync(file));
    if (existing.length > 0 && !config.force && !config.dryRun) {
      throw new PipelineError(ErrorCode.CONFIG, `${existing.join(' and ')} ${existing.length === 1 ? 'exists' : 'exist'} already, and may hold decisions`, {
        remedy: 'name other files with --study-file and --policy-file, or give --force',
      });
    }
    const endpoint = await findEndpoint(
      config.source, {file: config.passwordFile, flag: '--password-file', variable: 'SLUICE_SOURCE_PASSWORD'}, env, logger, signal);
    await using source = await openSource(endpoint);
    const catalog = await source.discover(signal);
    for (const warning of source.warnings) logger.warn(warning);
    const study = draftStudy(catalog);
    const policy = draftPolicy(withAges(catalog, study.study));
    if (policy === null) {
      throw new PipelineError(ErrorCode.SCHEMA, `${source.label} has no table that this user may see`, {remedy: 'check the name of the database and the privileges: GRANT SELECT'});
    }

    if (config.dryRun) {
      if (!json) out.write(`# ${config.studyFile}\n${study.text}\n# ${config.policyFile}\n${policy.text}`);
    } else {
      for (const file of existing) await copyFile(file, `${file}.old`);
      for (const [file, text] of [[config.studyFile, study.text], [config.policyFile, policy.text]] as const) {
        await mkdir(dirname(file), {recursive: true});
        await writeFileAtomically(file, text);
      }
      if (!json && !quiet) {
        const hasAges = study.phases.length > 0 && study.people.length > 0;
        out.write([
          `${config.studyFile}: ${hasAges ? `phases ${study.phases.join(', ')}; ${study.people.join(', ')}` : 'nothing of a known layout; without a study no ages are appended'}${
            study.open.length > 0 ? `; ${study.open.length} to be settled, listed at its end` : ''}`,
          `${config.policyFile}: ${policy.tables.toLocaleString('en-US')} tables, ${policy.columns.toLocaleString('en-US')} columns, none of them decided`,
          ...existing.map(file => `what was ${file} is ${file}.old`),
          '', 'Decide in the policy what may leave, then see what would happen:',
          `  mysql-to-sqlite bulk --source ${endpoint.url} --target collab.db --policy ${config.policyFile} --study ${hasAges ? config.studyFile : 'none'} --dry-run`, '',
        ].join('\n'));
      }
    }
    return {document: {
      format: 'sluice.draft/1', files: config.dryRun ? [] : files, tables: policy.tables, undecidedColumns: policy.columns, phases: study.phases, people: study.people, open: study.open,
      ...(config.dryRun && {study: study.text, policy: policy.text}),
    }};
  },
});
