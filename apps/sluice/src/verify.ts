import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, endpointUrl, option, z} from '@sluice/config';
import {findEndpoint, verifyJob} from '@sluice/job';
import {maskingOptions} from '@sluice/masking/options';
import {matchTables} from '@sluice/transform-shape';
import {masked} from './masked.ts';
import {parseKeys} from './parse-keys.ts';
import {tool} from './tool.ts';
import {verificationText} from './verification-text.ts';

const names = z.array(z.string().min(1)).default([]);

export const verifyConfig = defineConfig('verify', 'Compares two systems, and repairs the second.', {
  source: option(endpointUrl(), {describe: 'What ought to be: mysql://user@host/db, sqlite:file.db, csv:folder/, jsonl:file.jsonl.gz', value: 'URL'}),
  destination: option(endpointUrl(), {describe: 'What is, a URL of the same kinds.', value: 'URL'}),
  tables: option(names, {describe: 'Compare only these tables; * and ? are wildcards.', value: 'PATTERN,...'}),
  exclude: option(names, {describe: 'Leave these out.', value: 'PATTERN,...'}),
  key: option(names, {describe: 'Columns that identify a row: id,day for every table, or visits=id,day. Default: the primary key; without one, whole rows.', env: false, value: 'COLUMN,...'}),
  repair: option(z.boolean().default(false), {describe: 'Write and delete the rows that differ at the destination, each table at once, then compare again.', env: false}),
  policy: option(z.string().optional(), {describe: 'Compare with what a copy with this policy would make of the source.', value: 'FILE'}),
  ...maskingOptions,
  passwordFile: option(z.string().optional(), {describe: 'A file with the password of the source; or SLUICE_SOURCE_PASSWORD.', env: false, value: 'FILE'}),
  destinationPasswordFile: option(z.string().optional(), {describe: 'The same for the destination; or SLUICE_DESTINATION_PASSWORD.', env: false, value: 'FILE'}),
});

export const verify = defineCommand({
  config: verifyConfig,
  positionals: ['source', 'destination'],
  examples: [
    {command: 'sluice verify mysql://reader@db.example/study sqlite:study.db', does: 'Is the file what the database says?'},
    {command: 'sluice verify mysql://reader@db.example/study csv:out/ --tables visits --key visits=person,day --json', does: 'One table, by a key of your own, for programs.'},
    {command: 'sluice verify mysql://reader@db.example/study sqlite:collab.db --policy policy.yaml', does: 'Is it what the policy makes of the database?'},
    {command: 'sluice verify mysql://reader@db.example/study sqlite:study.db --repair', does: 'Make the file what the database says.'},
  ],
  async run({config, env, logger, signal, progress, json, out}) {
    const {source, destination, tables, exclude, key, repair, policy} = config;
    const keys = parseKeys(key);
    await using masking = policy === undefined ? null : await masked({policy, settings: config, tool, env, purpose: repair ? 'run' : 'compare'}, signal);
    const document = await verifyJob({
      tool, repair,
      source: await findEndpoint(source, {file: config.passwordFile, flag: '--password-file', variable: 'SLUICE_SOURCE_PASSWORD'}, env, logger, signal),
      destination: await findEndpoint(
        destination, {file: config.destinationPasswordFile, flag: '--destination-password-file', variable: 'SLUICE_DESTINATION_PASSWORD'}, env, logger, signal),
      ...(tables.length + exclude.length > 0 && {select: matchTables({tables, exclude})}),
      ...(keys && {keys}), ...(masking && {transforms: [masking.transform]}),
    }, {logger, progress}, signal);
    for (const warning of document.warnings) logger.warn(warning);
    if (!json) out.write(verificationText(document));
    return {document, exitCode: document.status === 'equal' ? 0 : 1};
  },
});
