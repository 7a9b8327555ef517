import {mkdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {writeFileAtomically} from '@sluice/atomic-file';
import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, option, z} from '@sluice/config';
import {must, silent} from '@sluice/core';
import {count, renderResult, renderResultHtml} from '@sluice/report';
import {startSoda} from '@sluice/soda-server';
import {gatherTopic, type Gathered} from '../gather/gather-topic.ts';
import {runText} from '../gather/run-text.ts';
import type {RunRow} from '../runs/run-row.ts';
import {licencesReport} from '../report/licences.ts';
import {runReport} from '../report/run-report.ts';
import {tool} from '../tool.ts';
import {readReports, readTopics} from '../topics/topic-file.ts';
import {petColumns, pets} from './pets.ts';

const FILE = 'socrata.db';
const PETS = 5000;

export const demo = defineCommand({
  config: defineConfig('demo', 'Brings made-up pet licences from a portal on this machine into a file: no network, no server.', {
    output: option(z.string().min(1).default('demo-output'), {describe: 'Where everything goes.', env: false, value: 'FOLDER'}),
  }),
  examples: [
    {command: 'socrata-gather demo', does: 'Leaves demo-output/socrata.db, the runs in demo-output/runs.db, demo-output/topics.yaml, and a report in demo-output/licences.html.'},
    {command: 'socrata-gather demo --output pets', does: 'Elsewhere.'},
    {command: 'socrata-gather demo --json', does: 'Told to a program.'},
  ],
  async run({config: {output}, env, signal, out, json, quiet}) {
    const say = (text: string) => { if (!json && !quiet) out.write(text); };
    const file = join(output, FILE);
    await mkdir(output, {recursive: true});
    const log = join(output, 'runs.db');
    await rm(join(output, 'receipts'), {recursive: true, force: true});
    for (const old of [file, log].flatMap(name => [name, `${name}-wal`, `${name}-shm`])) await rm(old, {force: true});

    await using portal = await startSoda();
    const table = portal.add({id: 'jguv-t9rb', name: 'Seattle Pet Licenses', description: 'Made up', columns: petColumns, rows: [...pets(PETS)]});
    const topicsFile = join(output, 'topics.yaml');
    await writeFileAtomically(topicsFile, `targets:\n  pets: ${JSON.stringify(`sqlite:${file}`)}\n  runs: ${JSON.stringify(`sqlite:${log}`)}\nlog:\n  target: runs\ntopics:\n  pet_license:\n    source: ${portal.host}\n    tls: false\n    dataset: jguv-t9rb\n    table: pet_license\n    pageRows: 1000\nreports:\n  licences:\n${licencesReport.replaceAll(/^(?=.)/gm, '    ')}`);
    const topic = must((await readTopics(topicsFile, env, signal)).get('pet_license'), 'the topic');
    const runs: RunRow[] = [];
    const gather = async (more: {readonly deletions?: boolean} = {}): Promise<Gathered> => {
      // What is to be told stands in the run, and is shown from there; how far one is, the steps themselves tell.
      const gathered = await gatherTopic(topic, {initialize: false, deletions: false, state: join(output, 'state.db'), receipts: join(output, 'receipts'), lockWait: 60_000, ...more}, {env, logger: silent, progress: () => {}, signal});
      runs.push(gathered.run);
      if (gathered.run.status !== 'ok') throw gathered.cause ?? new Error(gathered.run.error ?? 'failed');
      say(`   ${runText(gathered.run, topic, gathered.figures, gathered.receipt)}${gathered.run.mode === 'incremental' && gathered.run.remarks !== null ? `   ${gathered.run.remarks}\n` : ''}`);
      return gathered;
    };

    say(`1. A portal on this machine publishes ${count(PETS)} pet licences. It has too many requests at first, and breaks off a page in the middle of a row:\n`);
    portal.fail('rows', {kind: 'throttle', retryAfter: '0'});
    portal.fail('rows', {kind: 'cut', afterRows: 250});
    await gather();

    say('\n2. Nothing was published since:\n');
    await gather();

    const [renamed, added, gone] = [12, 30, 7];
    for (let i = 0; i < renamed; i++) table.update(i * 100, must(table.rows[i * 100], 'a row').cells.map((cell, at) => (at === 2 ? '"Renamed"' : cell)));
    table.insert(...pets(added, 2));
    table.remove(PETS - gone, gone);
    say(`\n3. The publisher corrects ${renamed} licences, adds ${added} and takes ${gone} away. Only what changed is read; what is gone no portal tells:\n`);
    await gather();

    say('\n4. With --deletions everything is read, and what is not published any more goes:\n');
    await gather({deletions: true});

    say('\n5. A question that is saved with the topics, `report licences`: a table and bars, and the same as a page:\n\n');
    const {reports} = await readReports(topicsFile, env, signal);
    const answer = await runReport(must(reports.get('licences'), 'the report'), output, new Date(), {env, logger: silent, signal});
    const page = join(output, 'licences.html');
    await writeFileAtomically(page, renderResultHtml(answer, tool));
    say(renderResult(answer, {color: out.color, width: out.columns, unicode: out.unicode}));

    say(`\nThe page is ${page}; again: socrata-gather report licences --topics ${topicsFile}\nEach run is a row of import_run, each page one of import_log: sqlite3 ${log} 'select mode, rows_read, rows_in_table from import_run'\nWith a portal of your own: socrata-gather add data.seattle.gov jguv-t9rb --name pet_license\n`);
    return {document: {format: 'sluice.socrata-demo/1', file, log, topics: topicsFile, page, requests: portal.requests.length, runs}};
  },
});
