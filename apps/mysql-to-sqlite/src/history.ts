import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, option, z} from '@sluice/config';
import {findRemembered, rememberedOptions} from './check-target.ts';
import {historyText, pastRun} from './history-text.ts';
import {fileKeys} from './file-keys.ts';

export const historyConfig = defineConfig('history', 'Lists the last runs, the newest first.', {
  ...rememberedOptions,
  limit: option(z.int().min(1).max(1000).default(20), {describe: 'How many.', env: false}),
}, {passedOver: fileKeys});

export const history = defineCommand({
  config: historyConfig,
  examples: [
    {command: 'mysql-to-sqlite history --target collab.db', does: 'When, what, how it ended, what changed.'},
    {command: 'mysql-to-sqlite history --target collab.db --limit 100', does: 'More of them; the last 1,000 are remembered.'},
    {command: 'mysql-to-sqlite history --file-path file_path.json --json', does: 'The same for a program.'},
  ],
  async run({config, signal, json, out, logger}) {
    await using remembered = await findRemembered(config, signal);
    if (remembered.damage) throw remembered.damage;
    const {file, label, state} = remembered;
    const runs = (await state?.history(label, config.limit) ?? []).map(pastRun);
    if (runs.length === 0) logger.info(`no run${file === null ? '' : ` of ${file}`} is remembered in ${config.state}`);
    else if (!json) out.write(historyText(runs));
    return {document: {format: 'sluice.history/1', target: file, runs}};
  },
});
