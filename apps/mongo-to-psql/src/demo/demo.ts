import {mkdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {writeFileAtomically} from '@sluice/atomic-file';
import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, option, z} from '@sluice/config';
import {runCopy} from '@sluice/engine';
import {openDestination} from '@sluice/registry';
import {printSchemaFile} from '@sluice/relational';
import {syncDocuments, verifyDocuments} from '@sluice/replicate';
import {count, counted, renderSummary} from '@sluice/report';
import {collectionRows, familiesOf} from '../pipeline/document-families.ts';
import {documentSource, positionKeyOf} from '../pipeline/open-pipeline.ts';
import {profileDocuments} from '../schema/profile-documents.ts';
import {openGroups} from '../status/open-status.ts';
import {runLabel} from '../status/run-label.ts';
import {statusFamily, StatusTable} from '../status/status-table.ts';
import {recordedSync} from '../sync/recorded-sync.ts';
import {syncText} from '../sync/sync-text.ts';
import {tool} from '../tool.ts';
import {verificationText} from '../verify/verification-text.ts';
import {changeShop, makeShop} from './shop.ts';
import {ShopDocuments} from './shop-documents.ts';

const DATABASE = 'shop';
const FILE = 'shop.db';

export const demo = defineCommand({
  config: defineConfig('demo', 'Loads a made-up shop into a file, keeps it in step and proves it: without any server.', {
    output: option(z.string().min(1).default('demo-output'), {describe: 'Where everything goes.', env: false, value: 'FOLDER'}),
    compat: option(z.boolean().default(false), {describe: 'Tables as the superseded system made them.', env: false}),
  }),
  examples: [
    {command: 'mongo-to-psql demo', does: 'Leaves demo-output/shop.db and demo-output/schema.json.'},
    {command: 'mongo-to-psql demo --compat', does: 'With the names of the superseded system.'},
    {command: 'mongo-to-psql demo --output my-shop --json', does: 'Elsewhere, and told to a program.'},
  ],
  async run({config: {output, compat}, logger, progress, signal, out, json, quiet}) {
    const say = (text: string) => { if (!json && !quiet) out.write(text); };
    const file = join(output, FILE);
    await mkdir(output, {recursive: true});
    for (const old of [file, `${file}-wal`, `${file}-shm`]) await rm(old, {force: true});

    const shop = makeShop();
    const documents = new ShopDocuments();
    for (const [collection, some] of Object.entries(shop)) documents.put(collection, some);
    const schemas = await profileDocuments({documents, collections: [], sample: null}, {progress, signal});
    await writeFileAtomically(join(output, 'schema.json'), printSchemaFile({form: 'new', collections: schemas}));
    const total = schemas.reduce((sum, {documents: some = 0}) => sum + some, 0);
    say(`1. ${counted(total, 'document')} in ${counted(schemas.length, 'collection')} were looked at; what is to become of every path stands in ${join(output, 'schema.json')}\n\n2. They become tables:\n`);

    const settings = {compat, prefix: '', collections: [], caseSensitive: false};
    const positionKey = positionKeyOf(settings, DATABASE);
    await using destination = await openDestination({url: `sqlite:${file}`});
    await using feed = documents.feed();
    const position = await feed.now(signal);
    await using source = documentSource(documents, schemas, settings);
    const {report, cause} = await runCopy({tool, source, destination, logger, progress}, signal);
    say(renderSummary(report, {color: out.color, width: out.columns, unicode: out.unicode}));
    if (report.status !== 'ok') return {report, ...(cause !== undefined && {cause})};

    const {orders, customers} = changeShop(shop);
    documents.put('orders', orders.changed);
    documents.remove('orders', orders.gone);
    documents.put('customers', customers.changed);
    say(`\n3. Meanwhile an order has fewer lines and was paid, one is new and one was cancelled, and a customer has moved. The log says which documents were touched:\n`);
    const {collections} = await collectionRows(source, destination, {transforms: [], onLoss: []}, signal);
    await using store = await openGroups(destination)({families: [...familiesOf(collections), statusFamily], positionKey}, signal);
    await store.replace([], position, signal);
    const synced = await recordedSync(new StatusTable(store, collections.length, () => new Date()), position, alongside => syncDocuments({
      feed, reader: documents, scan: documents, store, database: DATABASE, collections, alongside,
    }, signal), {label: runLabel(settings, DATABASE), follow: false, signal});
    if (synced.error !== undefined || !synced.report) throw synced.error;
    say(syncText(synced.report));

    const verification = await verifyDocuments({reader: documents, scan: documents, store, collections}, signal);
    const kept = synced.report.collections.flatMap(({misfits}) => misfits).reduce((sum, misfit) => sum + misfit.count, 0);
    say(`\n4. Every document is compared with its rows, and every row with the documents:\n${verificationText(verification)}`);
    say(`\n${count(kept)} of the values that were written again fit no column: none is lost, each is in its overflow with the reason.\nLook into it: sqlite3 ${file} 'select * from orders limit 3'\nWith a server of your own: mongo-to-psql load --source mongodb://user@host/db --target postgresql://user@host/db\n`);
    return {exitCode: verification.equal ? 0 : 1, document: {format: 'sluice.mongo-demo/1', file, load: report, sync: synced.report, verification}};
  },
});
