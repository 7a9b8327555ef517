import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {allMethods, parsePolicy, type Method} from '@sluice/transform-deidentify';

/** Types in the order of the documentation of values; `all` when none is missing. */
const types = ({accepts}: Method): string => (accepts.size === 13 ? 'all' : [...accepts].join(', '));
const needs = ({needs: {key, vault, subject, domain} = {}}: Method): string =>
  [key && 'key', vault && 'vault', domain && 'domain', subject && 'subject'].filter(Boolean).join(', ');
const parameters = ({parameters: {shape}}: Method): string => Object.keys(shape).filter(name => name !== 'domain').map(name => `\`${name}\``).join(', ');
const traits = ({derived, reversible, random, uniqueness}: Method): string =>
  [derived && 'derived', reversible && 'reversible', random && 'random', uniqueness === 'preserved' && 'unique', uniqueness === 'not_guaranteed' && 'unique but for chance'].filter(Boolean).join(', ');

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');

test('the policy with every key is one', () => {
  const {tables, domains, subjects, risk, attestation} = parsePolicy(/^```yaml\n([\s\S]*?)^```/mu.exec(readme)![1]!);
  expect([tables.length, domains.size, subjects.length, risk.thresholds, attestation?.by]).toEqual([4, 2, 2, {k: 11}, 'Privacy Office']);
});

test('the table of methods is what they declare', () => {
  const rows = allMethods.map(method => `| ${[
    [method.name, ...method.aliases ?? []].map(name => `\`${name}\``).join(', '), method.summary, parameters(method), types(method), needs(method), traits(method), method.claim,
  ].join(' | ')} |`);
  const table = ['| method | what becomes of the values | parameters | column types | needs | is | claim |', '|---|---|---|---|---|---|---|', ...rows].join('\n');
  expect(/<!-- methods:.*-->\n([\s\S]*?)\n<!-- \/methods -->/u.exec(readme)?.[1]).toBe(table);
});
