import {existsSync} from 'node:fs';
import {decode, defineConfig, duration, endpointUrl, option, readConfigFile, withReferences, z} from '@sluice/config';
import {ErrorCode, PipelineError, Secret, type Endpoint, type Problem} from '@sluice/core';
import {reportRules, type ReportRules} from '../report/report-rules.ts';

const name = z.string().min(1);

/** A place with a password: in its URL by reference, beside it, or in a file. */
const place = z.union([endpointUrl(), z.strictObject({
  url: endpointUrl().describe('mysql://user@host/db, postgresql://user@host/db or sqlite:file.db'),
  password: name.transform(text => new Secret(text)).optional().describe('A reference such as ${DB_PASSWORD}; rather that or a file than the password itself.'),
  passwordFile: name.optional().describe('A file that holds the password alone.'),
})]);
export type Place = z.output<typeof place>;

/** A table's name, as a URL can have it. */
export const tableName = name.regex(/^[^\s&?#%]+$/, 'must be a name without blanks and without & ? # %');

/** YAML takes the one for a number, and people quote it. */
const apiVersion = z.union([z.literal([2.1, 3]), z.enum(['2.1', '3'])]).transform((version): '2.1' | '3' => (String(version) === '3' ? '3' : '2.1'));

const topic = z.strictObject({
  source: name.regex(/^[^/?#@\s]+$/, 'must be a host alone, as in data.seattle.gov').describe('The portal: data.seattle.gov.'),
  dataset: name.regex(/^[a-z0-9]{4}-[a-z0-9]{4}$/i, 'must be an id: four characters, a hyphen and four characters, as in jguv-t9rb').describe('The id of the data set.'),
  target: name.optional().describe('One of `targets`; default: the first of them, or sqlite:socrata.db.'),
  table: tableName.describe('The table at the target.'),
  filter: name.optional().describe('Which rows, a condition in SoQL: species = \'Cat\'.'),
  geometry: z.enum(['geojson', 'postgis']).optional().describe('What geometries become; default: values of PostGIS where the target has it, otherwise GeoJSON.'),
  api: apiVersion.optional().describe('The version of the API that is asked: 2.1 or 3; default: 3 with a token or a user, which it wants, and 2.1 without.'),
  computed: z.boolean().optional().describe('true: also the columns that the platform computes of places, :@computed_region_….'),
  totals: z.enum(['columns', 'rows']).optional().describe('rows: only the rows are compared with what the portal counts, not its sums; default: columns.'),
  timeout: duration().optional().describe('How long the portal may say nothing: 30s, 10m, at most 1h; default 2m.'),
  pageRows: z.int().min(1).max(50_000).optional().describe('Rows that a request asks for; default 10,000.'),
  user: name.optional().describe('The id of an API key, for private data sets; `token` is its secret then.'),
  token: name.transform(text => new Secret(text)).optional().describe('The app token, a reference: ${APP_TOKEN}; default: SLUICE_SOURCE_PASSWORD, or the file that SLUICE_SOURCE_PASSWORD_FILE names.'),
  tls: z.boolean().optional().describe('false: without TLS; only for a server on this machine.'),
  tlsCa: name.optional().describe('A file with the certificate of an authority that Node does not know.'),
});
export type TopicRules = z.output<typeof topic>;

/** The file with the topics. */
export const topicsConfig = defineConfig('topics', 'Which data sets go where, by name.', {
  topics: option(z.record(name, topic).refine(topics => Object.keys(topics).length > 0, 'names no topic'), {describe: 'Data sets with their tables, by the name that `-t` takes.', env: false}),
  targets: option(z.record(name, place).default({}), {describe: 'Databases by name: a URL, or {url, password, passwordFile}.', env: false}),
  reports: option(z.record(name, reportRules).default({}), {describe: 'Saved questions in SQL, by the name that `report` takes.', env: false}),
  log: option(z.strictObject({
    target: name.optional().describe('One of `targets`: the run log goes there; default: where the rows go.'),
    table: name.default('import_log').describe('The table with a row for the begin, each page and the end of a run.'),
  }).prefault({}), {describe: 'The run log, written over a connection of its own.', env: false}),
});

/** A topic with its places found. */
export interface Topic extends TopicRules {
  readonly name: string;
  readonly to: Place;
  readonly log: {readonly to: Place; readonly table: string};
}

const EMBEDDED: Endpoint = {url: 'sqlite:socrata.db'};

type Env = Readonly<Record<string, string | undefined>>;

async function readTopicsFile(path: string, env: Env, signal: AbortSignal) {
  // Who begins has none.
  if (!existsSync(path)) throw new PipelineError(ErrorCode.CONFIG, `cannot read ${path}: there is no such file`, {remedy: 'try: socrata-gather add HOST ID, which makes one; or name another one with --topics'});
  const file = await readConfigFile(path, signal);
  if (file.value === null || file.value === undefined) throw new PipelineError(ErrorCode.CONFIG, `${path} is empty`, {remedy: 'try: socrata-gather add HOST ID, which adds a topic to it'});
  return decode(topicsConfig, {file: withReferences(file, env)});
}

/** Finds targets by their names, the first of them where none is named. What is not there is added to the problems. */
function placesOf(targets: Readonly<Record<string, Place>>, problems: Problem[]): (key: string | undefined, where: string) => Place {
  const [first = EMBEDDED] = Object.values(targets);
  return (key, where) => {
    if (key === undefined) return first;
    if (Object.hasOwn(targets, key)) return targets[key]!;
    problems.push({path: where, message: `is none of the targets${Object.keys(targets).length > 0 ? `, which are ${Object.keys(targets).join(', ')}` : ': the file names none'}`});
    return first;
  };
}

function refuse(problems: readonly Problem[], path: string): void {
  const [one] = problems;
  if (one) throw new PipelineError(ErrorCode.CONFIG, problems.length === 1 ? `${path}: ${one.path} ${one.message}` : `${problems.length} problems in ${path}`, {problems});
}

/** A saved question with its place found. */
export interface SavedReport extends ReportRules {
  readonly name: string;
  readonly to: Place;
}

/** Every saved question of a file, by name, and the place of a target. Throws as `readTopics` does. */
export async function readReports(path: string, env: Env, signal: AbortSignal): Promise<{readonly reports: ReadonlyMap<string, SavedReport>; readonly placeOf: (target: string | undefined) => Place}> {
  const {reports, targets} = await readTopicsFile(path, env, signal);
  const problems: Problem[] = [];
  const placeOf = placesOf(targets, problems);
  const found = Object.entries(reports).map(([key, rules]): [string, SavedReport] => [key, {...rules, name: key, to: placeOf(rules.target, `reports.${key}.target`)}]);
  refuse(problems, path);
  return {
    reports: new Map(found),
    placeOf(target) {
      const place = placeOf(target, '--target');
      refuse(problems, path);
      return place;
    },
  };
}

/** Every topic of a file, by name. References to variables are followed. Throws CONFIG with every problem at once, never with a value. */
export async function readTopics(path: string, env: Env, signal: AbortSignal): Promise<ReadonlyMap<string, Topic>> {
  const {topics, targets, log} = await readTopicsFile(path, env, signal);
  const problems: Problem[] = [];
  const placeOf = placesOf(targets, problems);
  const taken = new Map<string, string>();
  const found = Object.entries(topics).map(([key, rules]): [string, Topic] => {
    const to = placeOf(rules.target, `topics.${key}.target`);
    const target = `${endpointOf(to).url} ${rules.table}`;
    const other = taken.get(target);
    if (other !== undefined) problems.push({path: `topics.${key}.table`, message: `is the table of topic ${other}, too`});
    taken.set(target, key);
    return [key, {...rules, dataset: rules.dataset.toLowerCase(), name: key, to, log: {to: log.target === undefined ? to : placeOf(log.target, 'log.target'), table: log.table}}];
  });
  refuse(problems, path);
  return new Map(found);
}

export const endpointOf = (to: Place): Endpoint => ('url' in to && typeof to.url === 'string' ? to as Endpoint : (to as {readonly url: Endpoint}).url);
