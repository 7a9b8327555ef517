import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, endpointUrl, option, z} from '@sluice/config';
import type {Problem} from '@sluice/core';
import {findEndpoint} from '@sluice/job';
import {openSource} from '@sluice/registry';
import {checkPolicy, inspectDocuments, inspectNumbers, loadPolicy, type CheckedPolicy, type DecidedTable} from '@sluice/transform-deidentify';
import {count, counted, printable} from './text.ts';

export const policyCheckConfig = defineConfig('policy check', 'Lays a policy over a database and tells everything about it; of rows it looks only at documents that the policy decides about, and at numbers that it keeps as nobody\'s.', {
  policy: option(z.string().min(1), {describe: 'The policy.', env: false, value: 'FILE'}),
  source: option(endpointUrl(), {describe: 'What it is for: mysql://user@host/db, sqlite:file.db, csv:folder/.', value: 'URL'}),
  passwordFile: option(z.string().optional(), {describe: 'A file with the password; or SLUICE_SOURCE_PASSWORD.', env: false, value: 'FILE'}),
});

export const policyCheck = defineCommand({
  config: policyCheckConfig,
  positionals: ['policy', 'source'],
  examples: [
    {command: 'sluice policy check policy.yaml mysql://reader@db.example/study', does: 'What is undecided or wrong, and what a release could claim.'},
    {command: 'sluice policy check policy.yaml sqlite:study.db --json', does: 'The same for programs.'},
    {command: 'sluice policy check policy.yaml csv:out/ || exit 1', does: 'In a script: 0 when a run with it could begin.'},
  ],
  async run({config, env, logger, signal, json, out}) {
    const endpoint = await findEndpoint(config.source, {file: config.passwordFile, flag: '--password-file', variable: 'SLUICE_SOURCE_PASSWORD'}, env, logger, signal);
    const policy = await loadPolicy(config.policy, signal);
    await using source = await openSource(endpoint);
    const laid = checkPolicy(policy, await source.discover(signal));
    // What does not fit inside of documents only documents can tell.
    const inside = laid.problems.length === 0 ? await inspectDocuments(decidedOf(laid), source, signal) : {problems: [], warnings: []};
    const numbers = laid.problems.length === 0 ? await inspectNumbers(laid.decisions, source, signal) : [];
    const checked = {...laid, problems: [...laid.problems, ...inside.problems], warnings: [...laid.warnings, ...inside.warnings, ...numbers]};
    const {problems, warnings, claim, prevented} = checked;
    if (!json) out.write(checkText(checked, policy.profile));
    const status = problems.length === 0 ? 'ok' : 'failed';
    return {
      document: {
        format: 'sluice.policy-check/1', status, policy: {file: config.policy, sha256: policy.sha256, profile: policy.profile}, source: source.label,
        claim, prevented, problems, warnings, tables: tablesOf(checked),
      },
      exitCode: problems.length === 0 ? 0 : 1,
    };
  },
});

const decidedOf = ({decisions}: CheckedPolicy) => decisions.filter((one): one is DecidedTable & {readonly kind: 'decided'} => one.kind === 'decided');

/** What becomes of every column, without what only the program needs. */
function tablesOf({decisions}: CheckedPolicy): object[] {
  return decisions.map(one => {
    switch (one.kind) {
      case 'excluded': return {table: one.table, kind: one.kind, reason: one.reason};
      case 'open': return {table: one.table, kind: 'undecided'};
      case 'decided': return {
        table: one.source.table, kind: one.kind,
        columns: one.decisions.map(({column, use, class: identifier, reason, decidedBy}) => ({
          column, method: use?.text ?? 'not in the policy', class: identifier ?? null, reason: reason ?? null, decidedBy: decidedBy ?? null,
        })),
      };
    }
  });
}

/** Most sentences of one kind; all are in the JSON. */
const LINES = 100;

function checkText({problems, warnings, claim, prevented, decisions}: CheckedPolicy, profile: string | null): string {
  const list = (lines: readonly string[]) => [...lines.slice(0, LINES).map(line => `  ${printable(line)}`), ...(lines.length > LINES ? [`  and ${count(lines.length - LINES)} more; --json has all`] : [])];
  const told = ({path, message}: Problem) => `${path === undefined ? '' : `${path}: `}${message}`;
  const decided = decisions.filter(({kind}) => kind === 'decided').length;
  return `${[
    ...(problems.length > 0 ? [counted(problems.length, 'problem'), ...list(problems.map(told)), ''] : []),
    ...(warnings.length > 0 ? ['Worth knowing', ...list(warnings), ''] : []),
    ...(prevented.length > 0 ? ['What prevents a stronger claim', ...list(prevented.map(({claim: stronger, path, reason}) => `${stronger}: ${path === undefined ? '' : `${path}: `}${reason}`)), ''] : []),
    `${counted(decided, 'table')} of ${decisions.length} decided. Strongest claim the policy supports: ${claim ?? 'none'}${profile === null ? '; it claims nothing' : `; it claims ${profile}`}.`,
  ].join('\n')}\n`;
}
