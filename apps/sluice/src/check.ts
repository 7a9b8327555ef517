import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, endpointUrl, option, z} from '@sluice/config';
import type {Problem} from '@sluice/core';
import {findEndpoint} from '@sluice/job';
import {connectorFor} from '@sluice/registry';

export const checkConfig = defineConfig('check', 'Tests connection and privileges.', {
  url: option(endpointUrl(), {describe: 'What to test.', flag: 'url', env: 'SLUICE_SOURCE', value: 'URL'}),
  as: option(z.enum(['source', 'destination']).default('source'), {describe: 'What it is to be used for.', env: false}),
  passwordFile: option(z.string().optional(), {describe: 'A file with the password; or SLUICE_SOURCE_PASSWORD.', env: false, value: 'FILE'}),
});

export const check = defineCommand({
  config: checkConfig,
  positionals: ['url'],
  examples: [
    {command: 'sluice check mysql://reader@db.example/study', does: 'Can everything there be read?'},
    {command: 'sluice check mysql://writer@db.example/study --as destination', does: 'Can tables be made and filled there?'},
    {command: 'sluice check sqlite:study.db --json', does: 'All problems as one JSON document.'},
  ],
  async run({config, env, logger, signal, json, out}) {
    const endpoint = await findEndpoint(config.url, {
      file: config.passwordFile, flag: '--password-file',
      variable: config.as === 'source' ? 'SLUICE_SOURCE_PASSWORD' : 'SLUICE_DESTINATION_PASSWORD',
    }, env, logger, signal);
    const connector = await connectorFor(endpoint.url);
    await using end = config.as === 'source' ? connector.source?.(endpoint) : connector.destination?.(endpoint);
    const label = end?.label ?? connector.kind;
    const problems: readonly Problem[] = end ? await end.check(signal) : [{message: `${connector.kind} cannot be a ${config.as}`}];
    const warnings = end !== undefined && 'warnings' in end ? end.warnings : [];
    if (!json) {
      out.write(problems.length === 0
        ? `${label} can be used as a ${config.as}\n`
        : `${label}: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}\n${problems.map(({path, message}) => `  ${path === undefined ? '' : `${path}: `}${message}\n`).join('')}`);
      if (warnings.length > 0) out.write(`Worth knowing\n${warnings.map(warning => `  ${warning}\n`).join('')}`);
    }
    return {document: {format: 'sluice.check/1', label, as: config.as, ok: problems.length === 0, problems, warnings}, exitCode: problems.length === 0 ? 0 : 1};
  },
});
