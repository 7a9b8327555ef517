import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, duration, option, z} from '@sluice/config';
import {openDestination} from '@sluice/registry';
import {lockHolder} from '@sluice/state';
import {fileKeys} from '../config/file-keys.ts';
import {loadTarget} from '../config/load-settings.ts';
import {onPage} from '../config/on-page.ts';
import {feedOptions, shapeOptions, sourceOptions, stateOption, targetOptions} from '../config/options.ts';
import {lockOf} from '../lock-of.ts';
import {assess, exitCodeOf} from './assess.ts';
import {lookAtStatus} from './open-status.ts';
import {statusText} from './status-text.ts';

const {configFile, ...source} = sourceOptions;

export const statusConfig = defineConfig('status', 'Says whether the tables are in step, and lists the last runs.', {
  ...targetOptions, configFile,
  // Whoever has one set of options for all commands may give it here, too.
  ...onPage({...source, ...shapeOptions, ...feedOptions, ...stateOption}),
  maxAge: option(duration().optional(), {describe: 'How long ago the last good run may have ended.', value: 'TIME', example: '10m', env: false}),
  limit: option(z.int().min(1).max(1000).default(10), {describe: 'How many runs.', env: false}),
}, {passedOver: fileKeys});

export const status = defineCommand({
  config: statusConfig,
  examples: [
    {command: 'mongo-to-psql status --target postgresql://loader@db.example/shop', does: 'Exit code 0 all is well, 1 the last run failed, 3 a load is needed.'},
    {command: 'mongo-to-psql status --target postgresql://loader@db.example/shop --max-age 10m --quiet', does: 'For a watchdog: says something only when something is wrong.'},
    {command: 'mongo-to-psql status --config-file old.ini --json', does: 'With the file of the superseded system, for a program.'},
  ],
  async run({config, env, logger, signal, out, json, quiet}) {
    const target = await loadTarget(config, {env, logger, signal});
    await using destination = await openDestination(target);
    await using open = await lookAtStatus(destination, signal);
    const rows = await open?.table.newest(config.limit, signal) ?? [];
    const lastGood = rows.find(({error, timeEnd}) => error === false && timeEnd !== null);
    const {state, line} = assess({
      rows, isHeld: lockHolder(lockOf(destination, config.state)) !== null, maxAgeMs: config.maxAge ?? null,
      ageMs: lastGood ? Date.now() - new Date(lastGood.timeEnd!.slice(0, 23).replace(' ', 'T')).getTime() : null,
    });
    const exitCode = exitCodeOf(state);
    if (exitCode !== 0) logger.error(`${state}: ${line}`);
    if (!json && !quiet) out.write(`${exitCode === 0 ? `${state}: ${line}\n` : ''}${rows.length > 0 ? statusText(rows) : ''}`);
    return {exitCode, document: {format: 'sluice.mongo-status/1', target: destination.label, state, reason: line, runs: rows}};
  },
});
