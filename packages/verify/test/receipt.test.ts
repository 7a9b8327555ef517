import {rowDigester} from '@sluice/checksum';
import type {Place, Schema} from '@sluice/core';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {makeReceipt, parseReceipt, receiptCatalog, type ReceiptFields} from '../src/index.ts';
import {receiptText, sealOf} from '../src/receipt.ts';

const schema: Schema = {
  table: 'visits', primaryKey: ['id'], order: 'key', comment: 'not needed to read it back',
  columns: [
    {name: 'id', type: 'int', nullable: false, autoIncrement: true, native: {dialect: 'mysql', sql: 'int(11)'}},
    {name: 'note', type: 'text', nullable: true, maxLength: 40, caseInsensitive: true, default: {kind: 'literal', text: 'PHI-CANARY'}, enumValues: ['PHI-CANARY']},
    {name: 'cost', type: 'decimal', nullable: true, precision: 10, scale: 2},
  ],
};
const digest = (seed: number) => {
  const digester = rowDigester(schema.columns, 'written');
  digester.update([[seed, 'text', '1.50']]);
  return digester.finish().digest;
};
const fields: ReceiptFields = {
  tool: {name: 'tool', version: '1.0.0'}, kind: 'full', startedAt: '2024-02-01T10:00:00.000Z', finishedAt: '2024-02-01T10:00:09.000Z',
  source: {kind: 'mysql', label: 'mysql://db.example/study', identity: {id: 'server 7, study', traits: {}}, snapshot: 'binlog.1:4'},
  destination: {kind: 'sqlite', label: 'sqlite:study.db', file: {sha256: digest(0), bytes: 4096}},
  rules: {policy: digest(1), study: null, tables: digest(2)},
  tables: [{
    name: 'visits', target: 'visits', change: 'rewritten', verified: true, schema,
    places: [['1-2' as Place, 2, digest(3)], [null, 0, digest(4)], ['3-9' as Place, 7, digest(5)]],
  }],
  objects: [{type: 'table', name: 'visits', table: 'visits', digest: digest(6)}],
  warnings: [],
};

describe('a receipt', () => {
  test('is the same text for the same run, and follows the one before it', () => {
    const first = makeReceipt(fields, null);
    expect(makeReceipt(fields, null).text).toBe(first.text);
    expect(first.text.endsWith('}\n')).toBe(true);
    expect(first.receipt).toMatchObject({sequence: 1, previous: null, tables: [{rows: 9}]});
    const second = makeReceipt({...fields, kind: 'incremental'}, first.text);
    expect(second.receipt).toMatchObject({sequence: 2, previous: first.hash});
    expect(parseReceipt(second.text)).toEqual(second.receipt);
  });

  test('holds what is needed to read the tables back, and nothing that a default or an enumeration tells', () => {
    const {receipt, text} = makeReceipt(fields, null);
    expect(receiptCatalog(receipt).tables).toEqual([{
      table: 'visits', primaryKey: ['id'], order: 'key',
      columns: [
        {name: 'id', type: 'int', nullable: false, autoIncrement: true},
        {name: 'note', type: 'text', nullable: true, maxLength: 40, caseInsensitive: true},
        {name: 'cost', type: 'decimal', nullable: true, precision: 10, scale: 2},
      ],
    }]);
    expect(text).not.toContain('PHI-CANARY');
    expect(text).not.toContain('server 7');
    expect(receipt.tables[0]!.groups).toEqual([[2, digest(3)], [7, digest(5)]]);
  });

  test('holds no number of a row, which may be a key, and has the groups in the order in which they lie', () => {
    const places = [['[[900777,900800]]' as Place, 3, digest(1)], ['[["-9007199254740993","-9007199254740992"]]' as Place, 2, digest(2)], ['[[1000,900776]]' as Place, 7, digest(3)]] as const;
    const {receipt, text} = makeReceipt({...fields, tables: [{...fields.tables[0]!, places}]}, null);
    expect(receipt.tables[0]!.groups).toEqual([[2, digest(2)], [7, digest(3)], [3, digest(1)]]);
    for (const number of ['9007', '900800', '90077']) expect(text.replaceAll(/[0-9a-f]{64}/g, ''), number).not.toContain(number);
    expect(parseReceipt(text)).toEqual(receipt);
    const without = [places[0], [null, 2, digest(2)] as const, places[2]];
    expect(makeReceipt({...fields, tables: [{...fields.tables[0]!, places: without}]}, null).receipt.tables[0]!.groups.map(([rows]) => rows)).toEqual([3, 2, 7]);
  });

  test('no byte of it can be altered unnoticed', () => {
    const {text} = makeReceipt(fields, null);
    const bytes = Buffer.from(text);
    fc.assert(fc.property(fc.integer({min: 0, max: bytes.length - 1}), fc.integer({min: 1, max: 255}), (at, by) => {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at]! + by) % 256;
      expect(() => parseReceipt(altered.toString('latin1'))).toThrow(expect.objectContaining({code: 'SLUICE_VERIFY'}));
    }), {numRuns: 2000});
    for (let at = 0; at < bytes.length; at++) expect(() => parseReceipt(`${text.slice(0, at)}${text[at] === '2' ? 3 : 2}${text.slice(at + 1)}`)).toThrow(expect.objectContaining({code: 'SLUICE_VERIFY'}));
    for (let cut = 0; cut < bytes.length; cut++) expect(() => parseReceipt(text.slice(0, cut), '000001.receipt.json')).toThrow(expect.objectContaining({code: 'SLUICE_VERIFY'}));
    expect(() => parseReceipt(`${text}\n`)).toThrow();
  });

  test('no field of it can be altered unnoticed', () => {
    const {receipt} = makeReceipt(fields, null);
    const paths: (readonly (string | number)[])[] = [];
    const walk = (value: unknown, path: readonly (string | number)[]): void => {
      if (value !== null && typeof value === 'object') for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key]);
      else paths.push(path);
    };
    walk(receipt, []);
    for (const path of paths) {
      // Any field of any part is altered, which no type describes.
      const copy = structuredClone(receipt) as unknown as Record<string, unknown>;
      let at = copy;
      for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
      const last = path.at(-1)!;
      at[last] = typeof at[last] === 'number' ? (at[last] as number) + 1 : typeof at[last] === 'boolean' ? !at[last] : `${String(at[last])}x`;
      expect(() => parseReceipt(`${JSON.stringify(copy)}\n`), path.join('.')).toThrow();
    }
    expect(paths.length).toBeGreaterThan(40);
  });

  test('one whose numbers do not add up is refused, though its own checksum was made anew', () => {
    const {receipt} = makeReceipt(fields, null);
    const [table] = receipt.tables;
    const groups = table!.groups.with(0, [2, digest(9)]);
    for (const altered of [
      {...receipt, tables: [{...table!, groups}]}, {...receipt, tables: [{...table!, rows: 8}]}, {...receipt, tables: [{...table!, schema: {...table!.schema, primaryKey: []}}]},
      {...receipt, tables: [{...table!, source: {rows: 9, digest: digest(9)}}]}, {...receipt, sequence: 2},
    ]) {
      expect(() => parseReceipt(receiptText({...altered, seal: sealOf(altered)}))).toThrow('contradicts itself');
    }
  });

  test('what is no receipt is refused with every problem, and without its text', () => {
    const refused = (text: string) => {
      try {
        parseReceipt(text);
      } catch (error) {
        return error;
      }
      return null;
    };
    for (const text of ['', 'PHI-CANARY', '{"format":"PHI-CANARY"}', 'null', '[]', '{"format":"sluice.receipt/2"}', '{"format":"sluice.receipt/1","seal":"PHI-CANARY"}']) {
      const error = refused(text);
      expect(error, text).toMatchObject({code: text.includes('receipt/1') ? 'SLUICE_VERIFY' : 'SLUICE_CONFIG'});
      expect(JSON.stringify(error) + String(error) + String((error as Error).cause)).not.toContain('PHI-CANARY');
    }
    expect(String(refused('{"format":"sluice.receipt/2"}'))).toContain('this version of Sluice knows sluice.receipt/1');
    expect(refused('{"format":"sluice.receipt/1"}')).toMatchObject({problems: expect.arrayContaining([expect.objectContaining({path: 'tables'})])});
  });
});
