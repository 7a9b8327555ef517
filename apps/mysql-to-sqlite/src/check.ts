import {open} from 'node:fs/promises';
import {relative} from 'node:path';
import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, duration, option} from '@sluice/config';
import {ErrorCode, PipelineError, type RunReport} from '@sluice/core';
import {codeOf, judge, type Evidence} from './check-freshness.ts';
import {findRemembered, rememberedOptions, type Remembered} from './check-target.ts';
import {fileKeys} from './file-keys.ts';

export const checkConfig = defineConfig('check', 'Says whether the last run was good and not too long ago.', {
  ...rememberedOptions,
  maxAge: option(duration().prefault('26h'), {describe: 'How long ago the last run may have ended.', value: 'TIME', example: '26h'}),
}, {passedOver: fileKeys});

export const check = defineCommand({
  config: checkConfig,
  examples: [
    {command: 'mysql-to-sqlite check --target collab.db', does: 'One line; exit code 0 when all is well, 1 when not.'},
    {command: 'mysql-to-sqlite check --target collab.db --max-age 8d --quiet', does: 'For a weekly job: says something only when something is wrong.'},
    {command: 'mysql-to-sqlite check --file-path file_path.json --json', does: 'For a monitoring system.'},
  ],
  async run({config, signal, json, quiet, out, logger}) {
    await using remembered = await findRemembered(config, signal);
    const {file} = remembered;
    const runs = await lastRuns(remembered);
    const {last, lastGood} = runs;
    const evidence: Evidence = {
      name: file === null ? config.state : shortName(file), ...runs,
      file: file === null ? 'there' : await lookAt(file), now: new Date(), maxAgeMs: config.maxAge,
    };
    const {ok, concerns, line} = judge(evidence);
    if (!ok) logger.error(line);
    else if (!json && !quiet) out.write(`${line}\n`);
    return {exitCode: ok ? 0 : 1, document: {
      format: 'sluice.freshness/1', target: file, ok, concerns,
      now: evidence.now.toISOString(), maxAgeSeconds: config.maxAge / 1000, lastRun: runOf(last), lastGoodRun: runOf(lastGood),
    }};
  },
});

/** A watchdog says that a state is damaged as it says everything else that is not as it should be. */
async function lastRuns({state, label, damage}: Remembered): Promise<Pick<Evidence, 'last' | 'lastGood' | 'damage'>> {
  const none = {last: null, lastGood: null};
  if (damage) return {...none, damage: damage.message};
  try {
    return {last: await state?.lastRun(label) ?? null, lastGood: await state?.lastRun(label, 'ok') ?? null, damage: null};
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return {...none, damage: error.message};
  }
}

function runOf(report: RunReport | null): object | null {
  if (report === null) return null;
  const {startedAt, finishedAt, status, verification, refresh} = report;
  return {startedAt, finishedAt, status, error: codeOf(report), kind: refresh?.kind ?? 'full', verification: verification.status};
}

/** As a person in this folder would call it. */
const shortName = (file: string) => {
  const short = relative(process.cwd(), file);
  return short.startsWith('..') ? file : short;
};

const MAGIC = 'SQLite format 3\0';

/** Opens no database: that would take locks, and looks at no more than its first bytes. */
async function lookAt(file: string): Promise<Evidence['file']> {
  try {
    await using handle = await open(file, 'r');
    const {buffer, bytesRead} = await handle.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    return buffer.toString('latin1', 0, bytesRead) === MAGIC ? 'there' : 'no database';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
    if (code === 'EISDIR') return 'no database';
    throw new PipelineError(ErrorCode.CONNECT, `${file} cannot be read (${code})`, {remedy: 'check its permissions'});
  }
}
