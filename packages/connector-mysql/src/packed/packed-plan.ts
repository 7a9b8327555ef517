import {must, unreachable, type Column, type Schema} from '@sluice/core';
import type {NativeColumn} from '../describe-column.ts';
import type {TableDescription} from '../describe-table.ts';
import {planRead, type ReadPlan} from '../read-plan.ts';
import type {Flavor} from '../server.ts';

/** How a field of the text protocol becomes its canonical encoding. */
export type Way = 'int' | 'text' | 'bytes' | 'float' | 'double';

/**
 * The way of each column; null when a value has to be looked at on its way, or the key is read beside the columns: then rows are read as
 * values. Throws SCHEMA when the table is not as the schema says.
 */
export function packing(schema: Schema, description: TableDescription, flavor: Flavor): readonly Way[] | null {
  return waysOf(schema.columns, description, planRead(schema, description, schema.table, flavor));
}

/** The same of columns of a table, as it is there, that are read by this plan. */
export function waysOf(columns: readonly Column[], description: TableDescription, {keyAt}: Pick<ReadPlan, 'keyAt'>): readonly Way[] | null {
  if (keyAt.some(at => at >= columns.length)) return null;
  const ways = columns.map(column => wayOf(column, must(description.natives.get(column.name), 'a described column')));
  return ways.every(way => way !== null) ? ways : null;
}

function wayOf({type, native}: Column, {reading, doubt}: NativeColumn): Way | null {
  switch (reading) {
    case 'bigint': case 'bit': return 'int';
    case 'float': case 'double': return reading;
    case 'bytes': case 'raw': return 'bytes';
    case 'zerofill': return null;
    case 'plain':
      if (type === 'int') return 'int';
      // A character that stands for none is found in the value; what is text in name only comes as bytes.
      return doubt === 'unmapped' || native?.sql.endsWith(' collate binary') === true ? null : 'text';
    default: return unreachable(reading);
  }
}
