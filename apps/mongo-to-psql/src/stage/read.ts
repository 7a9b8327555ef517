import {writeFileAtomically} from '@sluice/atomic-file';
import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, option, z} from '@sluice/config';
import {MongoDocuments, parseEndpoint} from '@sluice/connector-mongodb';
import {runCopy} from '@sluice/engine';
import {maskingOptions} from '@sluice/masking/options';
import {printSchemaFile} from '@sluice/relational';
import {renderSummary} from '@sluice/report';
import {fileKeys} from '../config/file-keys.ts';
import {loadSourceSettings} from '../config/load-settings.ts';
import {onPage} from '../config/on-page.ts';
import {feedOptions, maskOptions, shapeOptions, sourceOptions, stateOption, targetOptions} from '../config/options.ts';
import {placeInLog} from '../load/recorded-load.ts';
import {openMasked} from '../pipeline/masked.ts';
import {documentSource, givenSchemas, positionKeyOf} from '../pipeline/open-pipeline.ts';
import {profileDocuments} from '../schema/profile-documents.ts';
import {runLabel} from '../status/run-label.ts';
import {tool} from '../tool.ts';
import {ddlOf} from './ddl.ts';
import {StageDestination} from './stage-destination.ts';

const file = z.string().min(1).optional();

export const readConfig = defineConfig('read', 'Writes the tables as files that COPY reads, for a load later.', {
  ...sourceOptions,
  csvPath: option(z.string().min(1), {describe: 'A folder for each table goes there, files 00000, 00001, … in it.', env: false, value: 'FOLDER'}),
  ddlStatementsFile: option(file, {describe: 'Statements of PostgreSQL that make the tables go there.', env: false, value: 'FILE'}),
  statsFile: option(file, {describe: 'Tables with rows, and how many, go there.', env: false, value: 'FILE'}),
  // Whoever has one set of options for all commands may give it here, too.
  ...onPage({...targetOptions, ...stateOption}),
  ...shapeOptions, ...onPage(feedOptions), ...maskOptions, ...onPage(maskingOptions),
  parallel: option(z.coerce.number().int().min(1).max(64).default(2), {describe: 'Tables, or parts of large ones, on their way at once.', value: 'N'}),
  verify: option(z.boolean().default(true), {describe: 'Read the files back and compare.'}),
}, {passedOver: fileKeys});

export const read = defineCommand({
  config: readConfig,
  examples: [
    {command: 'mongo-to-psql read --source mongodb://reader@mongo.example/shop --csv-path csv', does: 'Then, perhaps elsewhere: mongo-to-psql copy --csv-path csv --target postgresql://…'},
    {command: 'mongo-to-psql read --config-file old.ini --collections posts --csv-path csv --stats-file stats --ddl-statements-file posts.sql', does: 'One collection, with both files of the superseded system.'},
    {command: 'mongo-to-psql read --config shop.yaml --csv-path csv --policy policy.yaml', does: 'Only what the policy allows gets into the files.'},
  ],
  ends: ({source, csvPath}) => ({source: source?.url ?? '', destination: csvPath}),
  async run(context) {
    const {config, logger, progress, signal, out, quiet} = context;
    const settings = await loadSourceSettings(config, context);
    const endpoint = parseEndpoint(settings.source);
    const documents = () => new MongoDocuments(endpoint);
    const collections = settings.schemas === undefined ? await found() : await givenSchemas(settings.schemas, settings.collections, signal);
    const openSource = () => documentSource(documents(), collections, {...settings, caseSensitive: true});
    const position = await placeInLog({settings, database: endpoint.database, openSource}, {logger, signal});
    await using masked = await openMasked(config, 'run', context);
    await using source = openSource();
    await using destination = new StageDestination(config.csvPath, {
      position, positionKey: positionKeyOf(settings, endpoint.database), label: runLabel(settings, endpoint.database), masked: settings.masked, schema: printSchemaFile({form: 'new', collections}),
    });
    const {report, cause} = await runCopy({
      tool, source, destination, transforms: masked.transforms, mode: 'replace', verify: config.verify, limits: {parallel: config.parallel}, logger, progress,
    }, signal);
    if (report.published) {
      const {tables} = await source.discover(signal);
      const ddl = tables.map(ddlOf).join('');
      if (config.ddlStatementsFile !== undefined) await writeFileAtomically(config.ddlStatementsFile, ddl);
      const stats = report.tables.filter(({rowsWritten}) => rowsWritten > 0).map(({target, rowsWritten}) => `${target} ${rowsWritten}\n`).join('');
      if (config.statsFile !== undefined) await writeFileAtomically(config.statsFile, stats);
    }
    if (!quiet && report.tables.length > 0) {
      const {color, columns: width, unicode} = out;
      out.write(renderSummary(report, {color, width, unicode}));
    }
    return {report, ...(cause !== undefined && {cause})};

    async function found() {
      await using look = documents();
      return await profileDocuments({documents: look, collections: settings.collections, sample: null}, context);
    }
  },
});
