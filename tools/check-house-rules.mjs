// The house rules that no linter knows: names, leftovers, and what must not be in a repository that others clone.
// Exits 1 and names every place. What the linter can see (default exports, any, focused tests, swallowed errors) is in .oxlintrc.json.
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {filesBelow, root} from './workspace.mjs';

const isCode = file => /\.(ts|mts|js|mjs)$/.test(file);
const isSource = file => isCode(file) && /\/(src|bin)\//.test(file);

/** Each rule looks at one file and its text, and names its breach; null where there is none. `lines` rules name each line. */
export const rules = [
  {name: 'file names', about: isCode, breach: file => (/^(utils?|helpers?|commons?|misc|manager)\b/.test(basename(file)) ? 'say what is in it: no utils, helpers, common' : null)},
  {name: 'kebab case', about: isCode, breach: file => (/[A-Z_]/.test(basename(file)) ? 'file names are kebab-case' : null)},
  {name: 'machine paths', about: () => true, line: /(?:^|[\s'"`(=:])\/(?:work|farm|tmp)\/\w/, text: 'a path of one machine'},
  {name: 'open ends', about: isCode, line: /\b(?:TODO|FIXME|XXX)\b(?!\(#\d+\))/, text: 'an open end without an issue: write TODO(#12) or do it'},
  {name: 'todo tests', about: file => file.endsWith('.test.ts'), line: /\b(?:it|test|describe)\.todo\(|\bx(?:it|describe)\(/, text: 'a test that does not run'},
  {name: 'silenced tools', about: isSource, line: /@ts-(?:ignore|nocheck|expect-error)|eslint-disable(?!.*--)|oxlint-disable(?!.*--)/, text: 'silences a tool without saying why (after --)'},
  {name: 'sleeps', about: file => file.endsWith('.test.ts'), line: /setTimeout\(\s*(?:resolve|done)\s*,\s*\d{3,}/, text: 'a sleep in a test: wait for a condition'},
];

/** All breaches in one file, as lines for a person. */
export function breachesOf(file, text) {
  return rules.filter(({about}) => about(file)).flatMap(({breach, line, text: reason}) => {
    if (breach) return [breach(file)].filter(Boolean).map(found => `${file}: ${found}`);
    return text.split('\n').flatMap((each, index) => (line.test(each) ? [`${file}:${index + 1}: ${reason}`] : []));
  });
}

/** What git would commit; every file where this is not a git checkout. */
function repositoryFiles() {
  const {status, stdout} = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024});
  const files = status === 0 ? stdout.split('\0').filter(Boolean) : filesBelow('.', () => true);
  return files.filter(file => existsSync(join(root, file)) && !/\.(png|jpe?g|gif|gz|db|ico|woff2?)$|^pnpm-lock\.yaml$|^tools\/(?:test\/tools\.test|check-house-rules)\.mjs$/.test(file));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const problems = repositoryFiles().flatMap(file => breachesOf(file, readFileSync(join(root, file), 'utf8')));
  for (const line of problems) console.error(line);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
