import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, endpointUrl, option, z} from '@sluice/config';
import {PipelineError, type Connector, type Endpoint, type Problem, type SystemFacts} from '@sluice/core';
import {findEndpoint} from '@sluice/job';
import {connectorFor} from '@sluice/registry';
import {counted, printable} from './text.ts';

export const checkConfig = defineConfig('check', 'Tests connection and privileges, and lists all problems.', {
  url: option(endpointUrl(), {describe: 'What to test, a URL as for `copy`.', flag: 'url', env: 'SLUICE_SOURCE', value: 'URL'}),
  as: option(z.enum(['source', 'destination', 'both']).default('source'), {describe: 'What it is to be used for.', env: false}),
  passwordFile: option(z.string().optional(), {describe: 'A file with the password; or SLUICE_SOURCE_PASSWORD, as a destination SLUICE_DESTINATION_PASSWORD.', env: false, value: 'FILE'}),
});

type Use = 'source' | 'destination';

/** What was found about one use of the place. */
interface Checked {
  readonly as: Use;
  readonly label: string;
  readonly facts: SystemFacts | null;
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

export const check = defineCommand({
  config: checkConfig,
  positionals: ['url'],
  examples: [
    {command: 'sluice check mysql://reader@db.example/study', does: 'Can everything there be read, and how is the connection protected?'},
    {command: "sluice check 'postgresql://writer@db.example/study?sslmode=verify-full&sslrootcert=ca.pem' --as both", does: 'Can it be read, and can tables be made and filled there?'},
    {command: 'sluice check sqlite:study.db --json', does: 'All problems as one JSON document.'},
  ],
  async run({config, env, logger, signal, json, out}) {
    const uses: readonly Use[] = config.as === 'both' ? ['source', 'destination'] : [config.as];
    const connector = await connectorFor(config.url.url);
    const endpoints = new Map<string, Endpoint>();
    const checked: Checked[] = [];
    for (const use of uses) {
      const variable = variableOf(use, config.as === 'both', env);
      const endpoint = endpoints.get(variable) ?? await findEndpoint(config.url, {file: config.passwordFile, flag: '--password-file', variable}, env, logger, signal);
      endpoints.set(variable, endpoint);
      checked.push(await checkUse(connector, endpoint, use, signal));
    }
    const problems = checked.flatMap(one => one.problems.map(problem => ({...(uses.length > 1 && {as: one.as}), ...problem})));
    const warnings = [...new Set(checked.flatMap(one => one.warnings))];
    const facts = checked.find(one => one.facts !== null)?.facts ?? null;
    const {label} = checked[0]!;
    if (!json) out.write(text(label, facts, checked, warnings));
    return {document: {format: 'sluice.check/1', label, as: config.as, ok: problems.length === 0, about: facts, problems, warnings}, exitCode: problems.length === 0 ? 0 : 1};
  },
});

const VARIABLES = {source: 'SLUICE_SOURCE_PASSWORD', destination: 'SLUICE_DESTINATION_PASSWORD'} as const;

/** The variable with the password for a use, as `copy` takes it; for both uses one that is set serves the other, too. */
function variableOf(use: Use, both: boolean, env: Readonly<Record<string, string | undefined>>): typeof VARIABLES[Use] {
  const isSet = (name: string) => Boolean(env[name] || env[`${name}_FILE`]);
  const other = VARIABLES[use === 'source' ? 'destination' : 'source'];
  return both && !isSet(VARIABLES[use]) && isSet(other) ? other : VARIABLES[use];
}

async function checkUse(connector: Connector, endpoint: Endpoint, as: Use, signal: AbortSignal): Promise<Checked> {
  await using end = as === 'source' ? connector.source?.(endpoint) : connector.destination?.(endpoint);
  if (!end) return {as, label: connector.kind, facts: null, problems: [{message: `${connector.kind} cannot be a ${as}`}], warnings: []};
  const problems = await end.check(signal);
  return {as, label: end.label, problems, warnings: 'warnings' in end ? end.warnings : [], facts: await end.about?.(signal).catch(unreachable) ?? null};
}

/** An end that cannot be reached has told so as a problem already. */
function unreachable(error: unknown): null {
  if (!(error instanceof PipelineError)) throw error;
  return null;
}

function text(label: string, facts: SystemFacts | null, checked: readonly Checked[], warnings: readonly string[]): string {
  const lines = facts === null ? [] : [
    facts.system, ...(facts.place === undefined ? [] : [facts.place]), ...(facts.encryption === undefined ? [] : [`encryption: ${facts.encryption}`]),
  ].map(line => `  ${printable(line)}\n`);
  const verdicts = checked.map(({as, problems}) => problems.length === 0
    ? `${printable(label)} can be used as a ${as}\n`
    : `${printable(label)} as a ${as}: ${counted(problems.length, 'problem')}\n${problems.map(({path, message}) => `  ${printable(path === undefined ? message : `${path}: ${message}`)}\n`).join('')}`);
  const worth = warnings.length === 0 ? '' : `Worth knowing\n${warnings.map(warning => `  ${printable(warning)}\n`).join('')}`;
  return `${verdicts.join('')}${lines.join('')}${worth}`;
}
