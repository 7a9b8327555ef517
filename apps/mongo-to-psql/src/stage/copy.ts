import {join} from 'node:path';
import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, option, z} from '@sluice/config';
import {lossOptions, parseLossRules, quarantineOptions, runJob} from '@sluice/job';
import {openDestination} from '@sluice/registry';
import {parseSchemaFile} from '@sluice/relational';
import {renderSummary} from '@sluice/report';
import {fileKeys} from '../config/file-keys.ts';
import {loadTarget} from '../config/load-settings.ts';
import {onPage} from '../config/on-page.ts';
import {feedOptions, shapeOptions, sourceOptions, stateOption, targetOptions} from '../config/options.ts';
import {recordedLoad} from '../load/recorded-load.ts';
import {lockTarget} from '../lock-of.ts';
import {knownSchemaFile, schemasGate} from '../pipeline/known-schemas.ts';
import {tool} from '../tool.ts';
import {StageSource} from './stage-source.ts';

const {configFile, ...source} = sourceOptions;

export const copyConfig = defineConfig('copy', 'Loads what `read` wrote, beside the tables that are there, and swaps them.', {
  ...targetOptions, configFile,
  // As they were given to `read`: what the tables are is in the folder.
  ...onPage({...source, ...shapeOptions, ...feedOptions}),
  csvPath: option(z.string().min(1), {describe: 'The folder that `read` wrote.', env: false, value: 'FOLDER'}),
  verify: option(z.boolean().default(true), {describe: 'Read all back and compare before it goes live.'}),
  ...lossOptions, ...onPage(quarantineOptions),
  report: option(z.string().optional(), {describe: 'Put report.json and report.html there.', value: 'FOLDER'}),
  ...stateOption,
}, {passedOver: fileKeys});

export const copy = defineCommand({
  config: copyConfig,
  examples: [
    {command: 'mongo-to-psql copy --csv-path csv --target postgresql://loader@db.example/shop', does: 'By COPY; changes are followed from where `read` began.'},
    {command: 'mongo-to-psql copy --csv-path csv --config-file old.ini --psql-section psql-tmp', does: 'Into another target of the INI file.'},
    {command: 'mongo-to-psql copy --csv-path csv --target sqlite:shop.db --json', does: 'Into a file, for a program.'},
  ],
  ends: ({csvPath, target}) => ({source: csvPath, destination: target?.url ?? ''}),
  async run({config, env, logger, progress, signal, out, quiet}) {
    const {csvPath, onLoss, quarantine, verify, report: folder, state} = config;
    const target = await loadTarget(config, {env, logger, signal});
    await using destination = await openDestination(target);
    await using staged = new StageSource(csvPath);
    const {position, positionKey, label, masked, schema} = await staged.origin();
    await using _lock = await lockTarget(destination, state, signal);
    const gate = schemasGate(knownSchemaFile(state, destination.label, positionKey), parseSchemaFile(schema, `${csvPath}/tables.json`).collections);
    const {report, cause} = await recordedLoad({destination, positionKey, label, position, masked}, () => runJob({
      tool, source: {url: `csv:${csvPath}`}, openSource: async () => new StageSource(csvPath), destination: target, mode: 'replace', verify, stateFile: state, gates: [gate], quarantineFolder: quarantine,
      ...(onLoss.length > 0 && {losses: parseLossRules(onLoss)}),
      ...(folder !== undefined && {reportFiles: {json: join(folder, 'report.json'), html: join(folder, 'report.html')}}),
    }, {logger, progress}, signal), signal);
    if (report.published && position === null) logger.warn('the tables cannot be kept in step: `read` found no log of changes');
    if (!quiet && report.tables.length > 0) {
      const {color, columns: width, unicode} = out;
      out.write(renderSummary(report, {color, width, unicode}));
    }
    return {report, ...(cause !== undefined && {cause})};
  },
});
