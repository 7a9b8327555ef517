// `npm test`: sets up, starts the servers once, runs the checks and every package's tests, and closes with `N passed, N failed, N skipped`.
// A check counts as one test. `npm test -- NAME…` runs only the packages and checks with these names, `--checks` only the checks.
import {spawn} from 'node:child_process';
import {existsSync, readFileSync, rmSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import {checks} from './checks.mjs';
import {memoryFolder} from './memory-folder.mjs';
import {install, installEnvironment, orExplain} from './setup.mjs';
import {root, workspacePackages} from './workspace.mjs';

const say = text => process.stdout.write(`${text}\n`);
const isCi = process.env.CI === 'true';
const bin = name => join(root, 'node_modules/.bin', name);
const environment = {
  ...installEnvironment(), ...(!process.stdout.isTTY && !process.env.FORCE_COLOR && {NO_COLOR: '1'}),
   TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
};
const only = process.argv.slice(2).filter(argument => !argument.startsWith('-'));

const total = {passed: 0, failed: 0, skipped: 0};
const closing = []; // Lines that must not scroll away: failures and missing servers.
let running; // The child that runs now.
let servers;
let folder; // Of what tests and their servers write; null where that is the system's own.

for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) process.once(signal, () => {
  running?.kill(signal);
  void Promise.resolve(servers?.[Symbol.asyncDispose]()).finally(() => {
    folder?.[Symbol.dispose]();
    process.exit(code);
  });
});

orExplain(install);
const checksToRun = checks.filter(({name}) => only.length === 0 || only.includes(name));
const packagesToTest = workspacePackages().filter(({folder, name, manifest}) =>
  manifest.scripts?.test && !process.argv.includes('--checks') && (only.length === 0 || only.includes(name) || only.includes(folder.split('/').at(-1))));

// Types come first: the check builds dist, from which the server starters and the tests of programs run.
const [types, ...others] = checks;
await check(types, checksToRun.includes(types));
for (const each of others.filter(each => checksToRun.includes(each))) await check(each);
if (packagesToTest.length > 0) {
  folder = process.env.TMPDIR ? null : memoryFolder();
  if (folder) process.env.TMPDIR = environment.TMPDIR = folder.path;
  try {
    await startServers();
    await testPackages();
  } finally {
    await servers?.[Symbol.asyncDispose]();
    folder?.[Symbol.dispose]();
  }
}

say('');
for (const line of closing.toSorted((a, b) => Number(a.startsWith('skipped')) - Number(b.startsWith('skipped')))) say(line);
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;

async function check({name, command, advice}, counts = true) {
  const started = performance.now();
  const {code, output} = await run(process.execPath, command, {capture: true});
  if (!counts) return;
  const time = `${((performance.now() - started) / 1000).toFixed(1)} s`;
  say(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${time})`);
  total[code === 0 ? 'passed' : 'failed']++;
  if (code === 0) return;
  say(output.trimEnd());
  closing.push(`failed: check of ${name}: ${advice}`);
}

async function startServers() {
  let starters;
  try {
    starters = await import('../packages/testkit/dist/servers/index.js');
  } catch {
    total.failed++;
    closing.push('failed: the servers cannot be started, because @sluice/testkit does not build');
    environment.SLUICE_TEST_SERVERS = '';
    return;
  }
  const started = performance.now();
  servers = await starters.startServers(undefined, say);
  const named = [];
  for (const [kind, {version, url, socket}] of servers.running) {
    named.push(`${kind} ${version}`);
    environment[`TEST_${kind.toUpperCase()}_URL`] = url;
    if (socket) environment[`TEST_${kind.toUpperCase()}_SOCKET`] = socket;
  }
  environment.SLUICE_TEST_SERVERS = named.join(',');
  if (named.length > 0) say(`servers: ${named.join(', ')} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  for (const [kind, reason] of servers.missing) {
    // Where it is required, silence would be a lie.
    if (isCi) total.failed++;
    closing.push(`${isCi ? 'failed' : 'skipped'}: the tests on ${kind}: ${reason}`);
  }
  for (const [kind, {message}] of servers.broken) {
    total.failed++;
    closing.push(`failed: the tests on ${kind}: ${message}`);
  }
}

async function testPackages() {
  const results = ({folder}) => join(root, folder, '.test-results/vitest.json');
  for (const each of packagesToTest) rmSync(results(each), {force: true});
  // What takes minutes has workers of its own and comes last, one after the other, so that every processor is busy to the end: the order in
  // which turbo takes packages may leave the longest of them to the end, and all processors but one idle.
  const takesMinutes = ({manifest}) => manifest.scripts.test.includes('--maxWorkers');
  const processors = availableParallelism();
  await test(packagesToTest.filter(each => !takesMinutes(each)), processors);
  await test(packagesToTest.filter(takesMinutes), Math.max(1, Math.floor(processors / 2)));
  say('');
  for (const each of packagesToTest) count(each, results(each));
}

async function test(packages, concurrency) {
  if (packages.length === 0) return;
  await run(bin('turbo'), ['run', 'test', '--continue=always', '--output-logs=new-only', '--log-order=grouped', '--log-prefix=none',
    `--concurrency=${concurrency}`, ...packages.map(({name}) => `--filter=${name}`)]);
}

function count({name}, file) {
  if (!existsSync(file)) {
    total.failed++;
    closing.push(`failed: ${name}: ended without results`);
    return;
  }
  const {numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests, testResults} = JSON.parse(readFileSync(file, 'utf8'));
  const failures = testResults.flatMap(({assertionResults}) => assertionResults.filter(({status}) => status === 'failed').map(({fullName}) => fullName.trim()));
  // A file that cannot be loaded has no tests of its own to fail, and a package without a single file is not tested.
  const broken = testResults.filter(({status, assertionResults}) => status === 'failed' && !assertionResults.some(each => each.status === 'failed'));
  const nothing = testResults.length === 0 ? 1 : 0;
  const failed = numFailedTests + broken.length + nothing;
  const skipped = numPendingTests + numTodoTests;
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  say(`${failed === 0 ? 'ok    ' : 'FAILED'} ${name}: ${passed} passed${failed ? `, ${failed} failed` : ''}${skipped ? `, ${skipped} skipped` : ''}`);
  for (const title of failures) closing.push(`failed: ${name}: ${title}`);
  for (const {name: path, message} of broken) closing.push(`failed: ${path.slice(root.length + 1)}: ${message.split('\n')[0]}`);
  if (nothing) closing.push(`failed: ${name}: has no test files, or they could not be collected`);
}

/** Runs a program to its end; its output goes to ours, or is kept. */
function run(program, parameters, {capture = false} = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, {cwd: root, env: environment, stdio: ['ignore', capture ? 'pipe' : 'inherit', capture ? 'pipe' : 'inherit']});
    running = child;
    let output = '';
    for (const stream of capture ? [child.stdout, child.stderr] : []) stream.setEncoding('utf8').on('data', chunk => { output += chunk; });
    child.on('error', reject).on('close', code => resolve({code: code ?? 1, output}));
  });
}
