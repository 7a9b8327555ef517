import {parseEndpoint, SocrataSource, unlikeFigures, wholeMoment, type ColumnFigures, type RowFigures, type Tally} from '@sluice/connector-socrata';
import {begun, ErrorCode, PipelineError, plainDecimal, type Column, type Row, type Schema, type Source, type SourceIdentity, type Value} from '@sluice/core';
import {digestTable, type DigestedTable} from '@sluice/job';
import {openSource} from '@sluice/registry';
import type {Topic} from '../topics/topic-file.ts';
import type {TopicCopy} from './copy-topic.ts';
import {schemaOf, type Prospect} from './look-ahead.ts';
import {textsHeld} from './texts-held.ts';

/** How the table and what the portal says of it compare behind a run. */
export interface Proof extends PortalFacts {
  readonly table: DigestedTable;
  /** Null: the publisher changed the data set while it was asked. */
  readonly published: RowFigures | null;
  /** What both say of each column that can be compared, and which of the figures are not alike; none where the portal refuses to count and sum. */
  readonly columns: readonly {readonly published: ColumnFigures; readonly own: ColumnFigures; readonly unlike: readonly string[]}[];
}

/** Where rows came from. */
export interface PortalFacts {
  readonly identity: SourceIdentity;
  readonly label: string;
  readonly snapshot: string | null;
}

export const factsOfPortal = async (portal: SocrataSource): Promise<PortalFacts> => ({identity: await portal.identity(), label: portal.label, snapshot: portal.snapshot});

/**
 * Reads the table at the target once, counting and summing as it goes, and lets the portal count and sum the same meanwhile. Reads no row of the portal.
 * Throws SCHEMA where the table is gone, and as the connectors do.
 */
export async function prove({filter}: Topic, {source, target, table}: Pick<Prospect, 'source' | 'target' | 'table'>, signal: AbortSignal): Promise<Proof> {
  await using portal = new SocrataSource(parseEndpoint(source));
  const schema = await schemaOf(portal, signal);
  const tally = await portal.tally(schema, signal);
  await using live = await openSource(target);
  const asked = begun(until => figuresOf(portal, schema, filter ?? null, until), signal);
  await using _asked = asked;
  const digested = await counted(live, table, schema, tally, signal);
  const published = await asked.result;
  return {table: digested, published, columns: await besideEachOther(live, digested, tally, published?.columns ?? [], signal), ...await factsOfPortal(portal)};
}

/**
 * The same behind a full load, whose rows were compared with what the portal says of them before they went live: it need not be asked again.
 * Throws as `prove`.
 */
export async function proveWhole({read: {rows, lastUpdated, schema, tally: ofRead, said}, ...facts}: NonNullable<TopicCopy['whole']>, {target, table}: Pick<Prospect, 'target' | 'table'>, signal: AbortSignal): Promise<Proof> {
  await using live = await openSource(target);
  const tally = ofRead.anew();
  const digested = await counted(live, table, schema, tally, signal);
  return {table: digested, published: {rows, lastUpdated, columns: said}, columns: await besideEachOther(live, digested, tally, said ?? [], signal), ...facts};
}

/** Reads a table once, for its digest, and counts and sums its rows. */
async function counted(live: Source, table: string, schema: Schema, tally: Tally, signal: AbortSignal): Promise<DigestedTable> {
  let add: ((row: Row) => void) | null = null;
  const digested = await digestTable(live, table, (there, rows) => {
    add ??= adder(tally, schema, there);
    for (const row of rows) add(row);
  }, signal);
  if (digested === null) throw new PipelineError(ErrorCode.SCHEMA, `table ${table} is not there any more`, {table, remedy: 'run again'});
  return digested;
}

async function besideEachOther(live: Source, {schema}: DigestedTable, tally: Tally, said: readonly ColumnFigures[], signal: AbortSignal): Promise<Proof['columns']> {
  const own = tally.ownBeside(said, await textsHeld(live, schema, tally.toLookUp(said), signal));
  return said.map((each, i) => ({published: each, own: own[i]!, unlike: unlikeFigures(each, own[i]!)}));
}

async function figuresOf(portal: SocrataSource, schema: Schema, filter: string | null, signal: AbortSignal): Promise<RowFigures | null> {
  try {
    return await portal.figures(schema, filter, signal);
  } catch (error) {
    if (error instanceof PipelineError && error.code === ErrorCode.VERIFY) return null;
    throw error;
  }
}

/** Counts a row of the target as the row of the portal that it was made of. */
function adder(tally: Tally, {columns}: Schema, there: Schema): (row: Row) => void {
  const at = (name: string) => {
    const exact = there.columns.findIndex(column => column.name === name);
    return exact >= 0 ? exact : there.columns.findIndex(column => column.name.toLowerCase() === name.toLowerCase());
  };
  const placed = (places: readonly number[]) => places.map(place => ({place, at: at(columns[place]!.name), type: columns[place]!.type}));
  const {values, counts} = tally.places();
  const [compared, counted] = [placed(values), placed(counts)];
  // One for all: what is kept of a row are its values. What nobody compares stays null.
  const seen: Row = columns.map(() => null);
  return row => {
    for (const each of counted) seen[each.place] = row[each.at] ?? null;
    for (const each of compared) seen[each.place] = canonical(each.type, row[each.at] ?? null);
    tally.add(seen);
  };
}

/** A value as the portal's column has it, whatever type the target keeps it as. */
function canonical(type: Column['type'], value: Value): Value {
  if (value === null) return null;
  if (type === 'decimal') return plainDecimal(String(value)) ?? String(value);
  if ((type !== 'timestamp' && type !== 'timestamptz') || typeof value !== 'string') return value;
  return wholeMoment(value.replace(/(?:Z|\+00(?::00)?)$/, ''));
}
