import type {Position} from '@sluice/core';
import {keyPosition, quoteIdentifier} from '@sluice/sql';
import type {TableDescription} from './describe-table.ts';
import {keyset} from './keyset.ts';
import {planColumns} from './read-plan.ts';
import type {Session} from './session.ts';

const INTEGERS: readonly string[] = ['tinyint', 'smallint', 'mediumint', 'int', 'bigint'];
/** A part is made of so many cells or more, whose sizes the server is asked for: it is off by one of them, and by what the server is. */
const CELLS_PER_PART = 16;
/** Most questions for one table, each some 0.2 ms. A lone cluster in a range of 64 bits takes about 100 of them to be found. */
const MOST_QUESTIONS = 1_000;

/** A range of the leading integer, both ends included, and about how many rows are in it. */
interface Cell {
  readonly from: bigint;
  readonly to: bigint;
  readonly rows: number;
}

/**
 * Where to cut a table into parts of about the same number of rows: at values of an integer that its key begins with. Ranges of
 * it are halved where the most rows are, as the server estimates by a look at a few pages of the index: by up to half, but for
 * ranges of one size alike, and never more than half of the table, so that small ranges tell more than large ones (seen on
 * MariaDB 10.11 and MySQL 9.7). None for other keys and engines.
 */
export async function splitTable(session: Session, description: TableDescription, parts: number, signal: AbortSignal): Promise<readonly Position[]> {
  const {engine, key: [leading], natives, schema: {table}} = description;
  if (parts < 2 || engine !== 'InnoDB' || leading === undefined || leading.descending || !INTEGERS.includes(natives.get(leading.name)?.base ?? '')) return [];
  const column = `t.${quoteIdentifier('mysql', leading.name)}`;
  // FORCE INDEX would keep MySQL from estimating.
  const from = `${quoteIdentifier('mysql', table)} AS t USE INDEX (PRIMARY)`;
  const [[least, greatest] = []] = await session.rows(`SELECT MIN(${column}), MAX(${column}) FROM ${from}`, signal, {table});
  if (least === null || least === undefined) return [];
  const measure = async (low: bigint, high: bigint): Promise<Cell> => {
    const [row] = await session.rows(`EXPLAIN FORMAT=TRADITIONAL SELECT ${column} FROM ${from} WHERE ${column} BETWEEN ${low} AND ${high}`, signal, {table});
    // The columns from the end: rows, Extra; MySQL has `filtered` between them. NULL where nothing can be found.
    return {from: low, to: high, rows: Number(row?.at(session.server.flavor === 'mysql' ? -3 : -2) ?? 0)};
  };
  const cells = await halve(await measure(BigInt(String(least)), BigInt(String(greatest))), parts * CELLS_PER_PART, measure);
  const positions: Position[] = [];
  for (const cut of cutsOf(cells, parts)) {
    const position = await positionAt(session, description, {column, cut}, signal);
    if (position !== null && position !== positions.at(-1)) positions.push(position);
  }
  return positions;
}

/** Cells in ascending order, none of which has much more than its share of the rows. */
async function halve(whole: Cell, wanted: number, measure: (from: bigint, to: bigint) => Promise<Cell>): Promise<readonly Cell[]> {
  let cells: Cell[] = [whole];
  for (let asked = 0; asked < MOST_QUESTIONS;) {
    const most = cells.reduce((sum, {rows}) => sum + rows, 0) / wanted;
    const next: Cell[] = [];
    const before = asked;
    for (const cell of cells) {
      if (cell.rows <= most || cell.from === cell.to || asked >= MOST_QUESTIONS) {
        next.push(cell);
        continue;
      }
      const middle = cell.from + (cell.to - cell.from) / 2n;
      next.push(await measure(cell.from, middle), await measure(middle + 1n, cell.to));
      asked += 2;
    }
    cells = next;
    if (asked === before) break;
  }
  return cells;
}

/** The last values of all parts but the last one. */
function cutsOf(cells: readonly Cell[], parts: number): bigint[] {
  const total = cells.reduce((sum, {rows}) => sum + rows, 0);
  const cuts: bigint[] = [];
  let rows = 0;
  let part = 1;
  for (const cell of cells.slice(0, -1)) {
    rows += cell.rows;
    if (rows < total * part / parts) continue;
    cuts.push(cell.to);
    part = Math.floor(rows * parts / total) + 1;
  }
  return cuts.slice(0, parts - 1);
}

/** A position between the rows up to a value of the leading column and those beyond it, or one row further on. */
async function positionAt(session: Session, description: TableDescription, {column, cut}: {readonly column: string; readonly cut: bigint}, signal: AbortSignal): Promise<Position | null> {
  const {schema: {table}, key} = description;
  if (key.length === 1) return keyPosition([String(cut)]);
  const plan = planColumns(key.map(({name}) => name), description, table, session.server.flavor);
  const rows = await session.rows(`${plan.select(`${column} > ${cut}`).sql} LIMIT 1`, signal, {table});
  plan.convert(rows);
  return rows.length === 0 ? null : keyset(description)!.position(rows[0]!, plan.keyAt);
}
