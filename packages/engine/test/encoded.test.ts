import {MemoryDatabase, MemoryDestination, MemorySource} from '@sluice/connector-memory';
import {ErrorCode, PipelineError, type Destination, type EncodeRequest, type Load, type RawFormat, type RawRows, type Row, type Schema, type Source} from '@sluice/core';
import {expectSameRows} from '@sluice/testkit';
import {describe, expect, test} from 'vitest';
import {runCopy, type CopyRequest} from '../src/index.ts';
import {changedSource} from '../src/changed-source.ts';

const never = new AbortController().signal;
const FORMAT: RawFormat = {id: 'lines of JSON', columns: ['int', 'text']};
const table = (name: string, rows: number, first = 0): {readonly schema: Schema; readonly rows: Row[]} => ({
  schema: {table: name, together: 'documents', approximateRows: rows, primaryKey: ['id'], columns: [{name: 'id', type: 'int', nullable: false}, {name: 'note', type: 'text', nullable: true}]},
  rows: Array.from({length: rows}, (_, i): Row => [first + i, `note ${i}`]),
});
const TABLES = [table('root', 40), table('child', 70), table('other', 5)];

/** What was asked of the source. */
interface Asked {
  readonly passes: string[][];
  readonly reads: string[];
}

/** A source that makes lines of JSON of the rows of tables, two rows a piece; `broken` tables end in an error after the first piece. */
function encoding(source: Source, {passes, reads}: Asked, broken: readonly string[] = []): Source {
  const lines = ({schema}: EncodeRequest, signal: AbortSignal): RawRows => {
    let rows = 0;
    return {
      get rows() { return rows; },
      async *[Symbol.asyncIterator]() {
        for await (const batch of source.read({schema, after: null, maxRows: 2, maxBytes: 1 << 20}, signal)) {
          if (rows > 0 && broken.includes(schema.table)) throw new PipelineError(ErrorCode.VALUE, 'a document is damaged', {table: schema.table});
          rows += batch.rows.length;
          yield Buffer.from(batch.rows.map(row => `${JSON.stringify(row)}\n`).join(''));
        }
      },
    };
  };
  return changedSource(source, {
    encodes: async (_, {id}) => id === FORMAT.id,
    encodeTogether(requests, signal) {
      passes.push(requests.map(({schema}) => schema.table));
      return requests.map(request => lines(request, signal));
    },
    read(request, signal) {
      reads.push(request.schema.table);
      return source.read(request, signal);
    },
    readTogether(requests, signal) {
      return requests.map(request => { reads.push(request.schema.table); return source.read(request, signal); });
    },
  });
}

/** A destination that takes lines of JSON, and gives them back. It refuses those of some tables when all have come. */
function takingLines(destination: Destination, refused: readonly string[] = []): Destination {
  const begin = destination.begin.bind(destination);
  destination.begin = async (request, signal) => {
    const load: Load = await begin(request, signal);
    load.rawFormat = async () => FORMAT;
    load.writeRaw = async (schema, bytes, stop) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytes) chunks.push(chunk);
      if (refused.includes(schema.table)) throw new PipelineError(ErrorCode.VALUE, 'a row is refused', {table: schema.table});
      const rows = Buffer.concat(chunks).toString().trimEnd().split('\n').map(line => JSON.parse(line) as Row);
      await using writer = await load.open(schema, stop);
      await writer.write({rows, position: null});
      return await writer.commit(null);
    };
    load.readBackRaw = (schema, stop) => {
      let rows = 0;
      return {
        get rows() { return rows; },
        async *[Symbol.asyncIterator]() {
          for await (const batch of load.readBack(schema, {maxRows: 7, maxBytes: 1 << 20}, stop)) {
            rows += batch.rows.length;
            yield Buffer.from(batch.rows.map(row => `${JSON.stringify(row)}\n`).join(''));
          }
        },
      };
    };
    return load;
  };
  return destination;
}

async function copy({refused = [], broken = [], ...more}: Partial<CopyRequest> & {readonly refused?: readonly string[]; readonly broken?: readonly string[]} = {}) {
  const to = new MemoryDatabase({name: 'to'});
  const asked: Asked = {passes: [], reads: []};
  const source = encoding(new MemorySource(new MemoryDatabase({name: 'from', tables: TABLES})), asked, broken);
  const {report} = await runCopy({tool: {name: 'test', version: '0'}, source, destination: takingLines(new MemoryDestination(to), refused), limits: {maxRows: 10}, ...more}, never);
  return {to, report, asked};
}

const arrived = (to: MemoryDatabase) => { for (const {schema, rows} of TABLES) expectSameRows(schema, to.tables.get(schema.table)!.rows, rows); };

describe('tables that the source makes into bytes of the destination', () => {
  test.for([1, 3])('come out of one pass, are proved, and no row is read, with %i at a time', async parallel => {
    const {to, report, asked} = await copy({limits: {maxRows: 10, parallel, partRows: 10}});
    expect(report.status, JSON.stringify(report.error)).toBe('ok');
    expect(asked).toEqual({passes: [['root', 'child', 'other']], reads: []});
    expect(report.tables.map(({name, rowsRead, rowsWritten, verified, rawFormat}) => [name, rowsRead, rowsWritten, verified, rawFormat])).toEqual(TABLES.map(({schema, rows}) => [schema.table, rows.length, rows.length, true, FORMAT.id]));
    arrived(to);
  });

  test('are read row by row where one of them is refused: that one alone', async () => {
    const {to, report, asked} = await copy({refused: ['child']});
    expect(report.status, JSON.stringify(report.error)).toBe('ok');
    expect(asked).toEqual({passes: [['root', 'child', 'other']], reads: ['child']});
    expect(report.tables.map(({verified, rawFormat}) => [verified, rawFormat !== undefined])).toEqual([[true, true], [true, false], [true, true]]);
    arrived(to);
  });

  test('are not read again when it is the source that fails', async () => {
    const {to, report, asked} = await copy({broken: ['other']});
    expect(report).toMatchObject({status: 'failed', published: false, error: {code: 'SLUICE_VALUE', message: 'a document is damaged'}});
    expect(asked.reads).toEqual([]);
    expect([...to.tables.keys()]).toEqual([]);
  });

  test.for<[string, Partial<CopyRequest>]>([
    ['a transform', {transforms: [{name: 'looks', plan: schema => ({schema, effects: [], apply: batch => batch})}]}], ['a pace', {limits: {maxRowsPerSecond: 1e9}}], ['a mode that keeps rows', {mode: 'upsert'}],
  ])('are read row by row with %s', async ([, more]) => {
    const {to, report, asked} = await copy(more);
    expect(report.status, JSON.stringify(report.error)).toBe('ok');
    expect(asked.passes).toEqual([]);
    expect(asked.reads.toSorted()).toEqual(['child', 'other', 'root']);
    arrived(to);
  });
});
