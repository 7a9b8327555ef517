import type {CommandContext} from '@sluice/cli-kit';
import {parseEndpoint, SocrataSource} from '@sluice/connector-socrata';
import {ErrorCode, PipelineError, type Endpoint, type Schema} from '@sluice/core';
import {openDestination} from '@sluice/registry';
import {RunLog} from '../runs/run-log.ts';
import {sourceOf, targetOf} from '../topics/open-places.ts';
import type {Topic} from '../topics/topic-file.ts';
import {chosenRows} from './chosen-rows.ts';
import {columnsText} from './columns.ts';
import {countRows} from './count-rows.ts';
import {decide, type Decision} from './decide.ts';
import type {GatherOptions} from './gather-topic.ts';
import {geometryOf} from './geometry.ts';

export type GatherContext = Pick<CommandContext, 'env' | 'logger' | 'signal' | 'progress'>;

/** Of a run that ended before it knew them. */
export const NO_COLUMNS = '[]';
/** Where no run ended well, among so many is one that began. */
const RUNS_LOOKED_AT = 100;

/** What a run found before it began. */
export interface Prospect extends Decision {
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly targetKind: string;
  /** The target without anything secret. */
  readonly targetLabel: string;
  readonly table: string;
  /** Whether the table is there already. */
  readonly isThere: boolean;
  readonly rowsPublished: number;
  /** Rows of the table where nothing was published since the last run; null: not counted. */
  readonly rowsInTable: number | null;
  readonly watermark: string | null;
  /** When one of the rows that the topic takes changed last. */
  readonly changedAt: string | null;
  readonly sourceStamp: string | null;
  readonly columns: string;
}

/** Says how a run would bring the rows; reads metadata and counts, and touches nothing. Throws as the connectors do, and `decide`, VERIFY for a table that lost rows since, and where it would lose all. */
export async function lookAhead(topic: Topic, options: Pick<GatherOptions, 'initialize' | 'deletions'>, context: GatherContext): Promise<Prospect> {
  const {signal} = context;
  const [published, target] = [await sourceOf(topic, context), await targetOf(topic.to, context)];
  await using portal = new SocrataSource(parseEndpoint(published));
  const asPublished = await schemaOf(portal, signal);
  const filter = topic.filter ?? null;
  const all = await portal.totals(asPublished, null, signal);
  const chosen = filter === null ? all : await chosenRows(portal, asPublished, topic, signal);
  await using destination = await openDestination(target);
  const live = await destination.contents?.(signal) ?? [];
  const isThere = live.some(({name}) => name === topic.table);
  const [log, now] = [logOf(topic, await targetOf(topic.log.to, context)), new Date()];
  const last = await log.lastGood(topic.name, now, signal);
  const geometry = await geometryOf(topic, asPublished, options.initialize || !isThere ? null : last?.columns ?? null, {endpoint: target, kind: destination.kind}, signal);
  const source = await sourceOf(topic, context, geometry);
  const schema = geometry === 'geojson' ? asPublished : await described(source, signal);
  // A log that lies beside the table can only tell of that one, whatever name its place has.
  const places = {from: `${topic.source}/${topic.dataset}`, ...(topic.log.to !== topic.to && {to: destination.label})};
  const known = {rowsPublished: chosen.rows, watermark: all.lastUpdated, changedAt: chosen.lastUpdated, sourceStamp: portal.snapshot, columns: columnsText(schema, places)};
  // What was refused before it read anything has no columns.
  const hasBegun = last !== null || (await log.newest(topic.name, RUNS_LOOKED_AT, now, signal)).some(({columns}) => columns !== NO_COLUMNS);
  const decision = decide({...known, ...options, topic: topic.name, table: topic.table, last, hasBegun, isThere, filter});
  if ((decision.mode === 'full' || decision.mode === 'deletions') && isThere && chosen.rows === 0 && (last?.rowsInTable ?? 0) > 0) {
    throw new PipelineError(ErrorCode.VERIFY, `data set ${topic.dataset} of ${topic.source} has no rows now${filter === null ? '' : ' that meet the filter'}, and table ${topic.table} has ${last!.rowsInTable}: they stay`, {
      table: topic.table, remedy: 'run again later: publishers that replace everything empty it first; where it is meant, drop the table',
    });
  }
  const rowsInTable = decision.mode === 'unchanged' ? await countRows(target, topic.table, signal) : null;
  if (rowsInTable !== null && last?.rowsInTable != null && rowsInTable < last.rowsInTable) {
    throw new PipelineError(ErrorCode.VERIFY, `table ${topic.table} has ${rowsInTable} rows, and the run of ${last.startedAt} left ${last.rowsInTable}: somebody else took rows away`, {
      table: topic.table, remedy: '--deletions reads everything and brings them back, --initialize makes the table anew',
    });
  }
  return {...decision, ...known, source, target, targetKind: destination.kind, targetLabel: destination.label, table: topic.table, isThere, rowsInTable};
}

async function described(source: Endpoint, signal: AbortSignal): Promise<Schema> {
  await using portal = new SocrataSource(parseEndpoint(source));
  return await schemaOf(portal, signal);
}

export const logOf = (topic: Topic, endpoint: Endpoint): RunLog => new RunLog(endpoint, topic.log.table);

/** The only table of a URL that names one data set. */
export async function schemaOf(portal: SocrataSource, signal: AbortSignal): Promise<Schema> {
  const {tables: [schema]} = await portal.discover(signal);
  if (!schema) throw new Error('a URL with one data set gives one table');
  return schema;
}
