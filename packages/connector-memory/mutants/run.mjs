// Plants each bug of mutants.mjs in a copy of this connector, runs the contract suite on all copies, and says which laws went red.
// Fails when a bug is not noticed by the laws it names, or when a law was not seen to fail at all.
//
//   node packages/connector-memory/mutants/run.mjs [PATTERN]     only the bugs whose names hold PATTERN, or of that suite
//
// A whole run in which all is well is written down in packages/testkit/SEEN-TO-FAIL.md. It takes about ten minutes.
import {spawnSync} from 'node:child_process';
import {cpSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {mutants} from './mutants.mjs';

const here = join(import.meta.dirname, '..');
const root = join(here, '../..');
const work = join(here, '.mutants');
const record = join(here, '../testkit/SEEN-TO-FAIL.md');
const INTRODUCTION = `# Each law was seen to fail

Each line is a bug that was planted in the reference connector, how many laws went red, and the laws that had to. Written by
\`packages/connector-memory/mutants/run.mjs\`, which plants them all and fails when one goes unnoticed or a law was never red.
`;
const pattern = process.argv[2] ?? '';
const chosen = mutants.map((mutant, number) => ({...mutant, number})).filter(({name, suite}) => name.includes(pattern) || suite === pattern);

rmSync(work, {recursive: true, force: true});
try {
  for (const mutant of chosen) plant(mutant);
  plant({number: 'healthy', suite: 'source'});
  plant({number: 'healthy-too', suite: 'destination'});
  plant({number: 'healthy-groups', suite: 'groups'});
  writeFileSync(join(work, 'vitest.config.mjs'), `export default {
    root: ${JSON.stringify(work)},
    resolve: {conditions: ['sluice-source']}, ssr: {resolve: {conditions: ['sluice-source']}},
    test: {include: ['*/test/*.test.ts'], testTimeout: 60_000, dangerouslyIgnoreUnhandledErrors: true},
  };`);
  spawnSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', join(work, 'vitest.config.mjs'), '--reporter=json', '--outputFile', join(work, 'out.json')], {cwd: work, stdio: ['ignore', 'ignore', 'inherit']});
  report(JSON.parse(readFileSync(join(work, 'out.json'), 'utf8')));
} finally {
  rmSync(work, {recursive: true, force: true});
}

function plant({number, suite, file, find, put}) {
  const folder = join(work, String(number));
  mkdirSync(join(folder, 'test'), {recursive: true});
  cpSync(join(here, 'src'), join(folder, 'src'), {recursive: true});
  cpSync(join(here, 'test', `${suite}-contract.test.ts`), join(folder, 'test', 'contract.test.ts'));
  if (find === undefined) return;
  const path = join(folder, 'src', file);
  const parts = readFileSync(path, 'utf8').split(find);
  if (parts.length !== 2) throw new Error(`the text to find is in ${file} ${parts.length - 1} times: ${find}`);
  writeFileSync(path, parts.join(put));
}

function report({testResults}) {
  const results = new Map(testResults.map(result => [result.name.slice(work.length + 1).split('/')[0], result]));
  const names = (result, status) => (result?.assertionResults ?? []).filter(test => test.status === status).map(({title}) => title);
  let problems = 0;
  const lines = [INTRODUCTION.trimEnd()];
  const say = text => {
    lines.push(text);
    console.log(text);
  };
  const complain = text => {
    problems++;
    console.log(`!! ${text}`);
  };
  for (const [suite, healthy] of [['source', 'healthy'], ['destination', 'healthy-too'], ['groups', 'healthy-groups']]) {
    const laws = names(results.get(healthy), 'passed');
    if (laws.length === 0 || names(results.get(healthy), 'failed').length > 0) complain(`${suite}: the connector itself does not keep the laws`);
    const red = new Set();
    say(`\n| a ${suite === 'groups' ? 'store of groups' : suite} that… | laws that went red |\n|---|---|`);
    for (const {number, name, laws: wanted, suite: of} of chosen) {
      if (of !== suite) continue;
      const result = results.get(String(number));
      const failed = names(result, 'failed');
      for (const law of failed) red.add(law);
      say(`| ${name} | ${failed.length}: ${wanted.map(law => `\`${law}\``).join(', ')} |`);
      if (failed.length === 0) complain(`${suite}: nothing noticed one that ${name} (${result?.status}: ${result?.message?.slice(0, 300)})`);
      for (const law of wanted) if (!failed.some(title => title.startsWith(law))) complain(`${suite}: one that ${name} did not make this law fail: ${law}`);
    }
    if (pattern === '' || pattern === suite) for (const law of laws) if (!red.has(law)) complain(`${suite}: never seen to fail: ${law}`);
    say(`\n${red.size} of ${laws.length} ${suite} laws were seen to fail, each on at least one of these bugs.`);
  }
  if (problems === 0 && pattern === '') writeFileSync(record, `${lines.join('\n')}\n`);
  process.exitCode = problems > 0 ? 1 : 0;
}
