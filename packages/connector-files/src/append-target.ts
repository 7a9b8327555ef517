import {open} from 'node:fs/promises';
import {ErrorCode, must, PipelineError, type Schema} from '@sluice/core';
import {isGzip, readBytes} from '@sluice/csv-staging';
import {checkHeader} from './read-csv-table.ts';
import {readHeader} from './stored-files.ts';
import type {TableFile} from './table-file.ts';

/**
 * The table in a file that rows are to be added to, its columns in the order of the file. Throws
 * SCHEMA when rows of ours would not be read there as what they are.
 */
export async function appendTarget(live: TableFile, signal: AbortSignal): Promise<Schema> {
  const {schema, origin} = live;
  if (origin === 'foreign' || (origin === 'none' && schema.columns.some(({type}) => !['text', 'int', 'bool'].includes(type)))) {
    throw new PipelineError(ErrorCode.SCHEMA, `${live.name}: the file was not written by Sluice, rows added to it would not be read as what they are`, {
      table: schema.table, remedy: 'use replace, or append to another place',
    });
  }
  if (live.format !== 'csv') return schema;
  const header = await readHeader(live.path, signal);
  checkHeader(live, header);
  return {...schema, columns: header.map(name => must(schema.columns.find(column => column.name === name), 'column'))};
}

/**
 * What must stand between the last row of a file and the next: nothing, or a line end. A compressed
 * file is read whole for this: gzip cannot be read from its end.
 */
export async function missingLineEnd({path, format}: TableFile, signal: AbortSignal): Promise<Uint8Array> {
  const last = isGzip(path) ? await lastUnzipped(path, signal) : await lastByte(path);
  if (last === null || last === 0x0a || (format === 'csv' && last === 0x0d)) return new Uint8Array();
  return Buffer.from(format === 'csv' ? '\r\n' : '\n');
}

async function lastUnzipped(path: string, signal: AbortSignal): Promise<number | null> {
  let last: number | null = null;
  for await (const chunk of readBytes(path, signal)) last = chunk.at(-1) ?? last;
  return last;
}

async function lastByte(path: string): Promise<number | null> {
  const file = await open(path, 'r');
  try {
    const {size} = await file.stat();
    if (size === 0) return null;
    const {buffer} = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0]!;
  } finally {
    await file.close();
  }
}
