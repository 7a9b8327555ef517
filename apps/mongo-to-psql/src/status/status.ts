import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, duration, option, z} from '@sluice/config';
import {openDestination} from '@sluice/registry';
import {lockHolder} from '@sluice/state';
import {fileKeys} from '../config/file-keys.ts';
import {loadTarget} from '../config/load-settings.ts';
import {onPage} from '../config/on-page.ts';
import {feedOptions, shapeOptions, sourceOptions, stateOption, targetOptions} from '../config/options.ts';
import {lockOf} from '../lock-of.ts';
import {assess, exitCodeOf, worst} from './assess.ts';
import {lookAtStatus} from './open-status.ts';
import {isLabelOf, partsOf} from './run-label.ts';
import type {StatusRow} from './status-row.ts';
import {statusText} from './status-text.ts';

const {configFile, ...source} = sourceOptions;

/** Runs of each set of tables are looked for among so many. */
const MOST_LOOKED_AT = 1000;

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
    const all = await open?.table.newest(Math.max(MOST_LOOKED_AT, config.limit), signal) ?? [];
    const isHeld = lockHolder(lockOf(destination, config.state)) !== null;
    const judge = (rows: readonly StatusRow[]) => {
      const lastGood = rows.find(({error, timeEnd}) => error === false && timeEnd !== null);
      return assess({rows, isHeld, maxAgeMs: config.maxAge ?? null, ageMs: lastGood ? Date.now() - new Date(lastGood.timeEnd!.slice(0, 23).replace(' ', 'T')).getTime() : null});
    };
    const only = all.filter(({comment}) => isLabelOf(partsOf(comment).label, config));
    const labels = [...new Set(only.map(({comment}) => partsOf(comment).label))];
    const parts = labels.map(label => ({label, ...judge(only.filter(({comment}) => partsOf(comment).label === label))}));
    const {state, line} = worst(parts) ?? judge([]);
    const rows = only.slice(0, config.limit);
    const exitCode = exitCodeOf(state);
    if (exitCode !== 0) logger.error(`${state}: ${line}`);
    if (!json && !quiet) out.write(`${exitCode === 0 ? `${state}: ${line}\n` : ''}${rows.length > 0 ? statusText(rows) : ''}`);
    return {exitCode, document: {format: 'sluice.mongo-status/1', target: destination.label, state, reason: line, tables: parts.map(({label, state: of, line: reason}) => ({of: label, state: of, reason})), runs: rows}};
  },
});
