import {mkdir, readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, endpointUrl, option, z} from '@sluice/config';
import type {Catalog, Endpoint} from '@sluice/core';
import {writeFileAtomically} from '@sluice/atomic-file';
import {findEndpoint, runJob} from '@sluice/job';
import {openMasking} from '@sluice/masking';
import {openSource} from '@sluice/registry';
import {renderSummary} from '@sluice/report';
import {ageTransform, defaultStudy, parseStudy} from '@sluice/transform-age';
import {parsePolicy} from '@sluice/transform-deidentify';
import {stringify} from 'yaml';
import {bulkJob} from '../bulk-job.ts';
import {tool} from '../tool.ts';
import {draftPolicy} from './draft-policy.ts';
import {makeKeys} from './make-keys.ts';
import {writeStudy} from './study-file.ts';
import {demoStudy} from './study-layout.ts';
import {demoPolicy} from './study-policy.ts';

const demoConfig = defineConfig('demo', 'Runs the main job on a synthetic twin study, or on a database of your own.', {
  source: option(endpointUrl().optional(), {describe: 'A database of your own: mysql://user@host/db; default: a synthetic study, no server.', value: 'URL'}),
  policy: option(z.string().optional(), {describe: 'What may leave it; default: a cautious draft from names and types.', value: 'FILE'}),
  study: option(z.string().optional(), {describe: 'How it is laid out, for ages.', value: 'FILE'}),
  passwordFile: option(z.string().optional(), {describe: 'A file with the password; or SLUICE_SOURCE_PASSWORD.', env: false, value: 'FILE'}),
  families: option(z.number().int().min(1).max(200_000).default(2000), {describe: 'Families in the synthetic study.', env: false}),
  seed: option(z.number().int().min(0).default(1), {describe: 'The seed of the synthetic study: the same seed makes the same study.', env: false}),
  output: option(z.string().default('demo-output'), {describe: 'Where everything goes.', env: false, value: 'FOLDER'}),
});

/** What a run leaves in the output folder. */
const FILES = [
  'source.db', 'policy.yaml', 'study.yaml', 'project.key', 'surrogates.vault', 'office.key', 'office.pub', 'collab.db', 'report.json', 'report.html', 'certificate.json', 'certificate.html',
] as const;
/** What is taken up again, and not made anew: what a person may have edited, and what later releases need. */
const KEPT: readonly (typeof FILES[number])[] = ['policy.yaml', 'study.yaml', 'project.key', 'surrogates.vault', 'office.key', 'office.pub'];

export const demo = defineCommand({
  config: demoConfig,
  examples: [
    {command: 'npm run demo', does: 'A synthetic study of 2,000 families, without any server.'},
    {command: 'npm run demo -- --source mysql://user@host/db', does: 'A database of your own; nothing in it is changed.'},
    {command: 'npm run demo -- --families 20000', does: 'Ten times as much.'},
  ],
  async run({config, env, logger, signal, progress, out, quiet}) {
    const place = (name: typeof FILES[number]) => join(config.output, name);
    await mkdir(config.output, {recursive: true});
    const own = config.source;
    for (const name of FILES) if (!KEPT.includes(name)) await rm(place(name), {force: true});
    await rm(place('certificate.certificates' as typeof FILES[number]), {recursive: true, force: true});

    let source: Endpoint;
    let policyText: string;
    let studyText: string;
    if (own === undefined) {
      const started = performance.now();
      const {tables, rows} = writeStudy(place('source.db'), {families: config.families, seed: config.seed});
      logger.info(`made a synthetic study: ${tables} tables, ${rows.toLocaleString('en-US')} rows, ${((performance.now() - started) / 1000).toFixed(1)} s, in ${place('source.db')}`);
      source = {url: `sqlite:${place('source.db')}`};
      policyText = demoPolicy;
      studyText = demoStudy;
    } else {
      source = await findEndpoint(own, {file: config.passwordFile, flag: '--password-file', variable: 'SLUICE_SOURCE_PASSWORD'}, env, logger, signal);
      studyText = config.study === undefined ? defaultStudyText() : await readFile(config.study, 'utf8');
      policyText = config.policy === undefined ? draftPolicy(await catalogWithAges(source, signal)) : await readFile(config.policy, 'utf8');
      if (config.policy === undefined) logger.warn(`${place('policy.yaml')} is a draft from names and types: look through it before anything leaves your hands`);
    }
    await writeFileAtomically(place('policy.yaml'), policyText);
    await writeFileAtomically(place('study.yaml'), studyText);

    // A database of one's own has a draft for a policy, which nobody can put a certificate on.
    const released = own === undefined;
    if (released) await makeKeys(config.output);
    await using masking = await openMasking({
      policy: parsePolicy(policyText, place('policy.yaml')), env: {}, purpose: 'run', tool,
      settings: released ? {keyFile: place('project.key'), vault: place('surrogates.vault'), certificate: place('certificate.json'), signingKey: place('office.key'), operator: 'study office'} : {},
    }, signal);
    const {report, cause} = await runJob(bulkJob({
      source, target: place('collab.db'), verify: true,
      deidentify: masking.transform, gates: masking.gates,
      study: parseStudy(studyText, place('study.yaml')),
      reportFiles: {json: place('report.json'), html: place('report.html')},
      stateFile: null,
    }), {logger, progress}, signal);
    if (!quiet && report.tables.length > 0) {
      const {color, columns: width, unicode} = out;
      out.write(renderSummary(report, {color, width, unicode, reportPath: place('report.html'), hint: own === undefined ? hint(config.output, report.published) : ownHint(own.url, config.output)}));
    }
    return {report, ...(cause !== undefined && {cause})};
  },
});

/** The built-in layout as a file, so that a person can see and change it. */
const defaultStudyText = () => {
  const {ages, phaseKey, phases, people, noDate} = defaultStudy;
  return `# The built-in layout: trackers data_<phase>_tr, birth dates in gen_twins and gen_parentdates.\n${
    stringify({version: 1, ages, phaseKey, phases, people, noDate}, {lineWidth: 0})}`;
};

const certified = (folder: string) => `What was examined before it went live, for people: ${folder}/certificate.html
Check it as whoever gets the file would:
npx sluice certificate verify ${folder}/certificate.json --target ${folder}/collab.db --public-key ${folder}/office.pub

`;

const hint = (folder: string, published: boolean) => `${published ? certified(folder) : ''}The same with a MySQL database of your own (it is only read):
npm run demo -- --source mysql://user@host/db`;

const ownHint = (url: string, folder: string) => `Decide in ${folder}/policy.yaml what may leave, then:
npx mysql-to-sqlite bulk --source ${url} --target collab.db --policy ${folder}/policy.yaml`;

/** What there is, with the age columns that a study of the built-in layout would get: the policy decides about them too. */
async function catalogWithAges(endpoint: Endpoint, signal: AbortSignal): Promise<Catalog> {
  await using source = await openSource(endpoint);
  const catalog = await source.discover(signal);
  const ages = ageTransform(defaultStudy);
  if (ages.check(catalog).length > 0) return catalog;
  return {...catalog, tables: catalog.tables.map(schema => ages.plan(schema).schema)};
}
