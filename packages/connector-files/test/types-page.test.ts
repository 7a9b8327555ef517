import type {ColumnType, Value} from '@sluice/core';
import {expect, test} from 'vitest';
import {FIELD_TYPES} from '../src/field-types.ts';

/** A value of each type that shows its form. */
const EXAMPLES: Readonly<Record<ColumnType, NonNullable<Value>>> = {
  bool: true, int: 18_446_744_073_709_551_615n, float: 1e21, decimal: '0.10', text: 'say "hi"', bytes: Uint8Array.of(0, 255), date: '0000-00-00', time: '-838:59:59.5',
  timestamp: '2020-02-29 23:59:59.999999', timestamptz: '2020-02-29 23:59:59', json: '{"a": 9.0}', uuid: '3f2504e0-4f89-41d3-9a0c-0305e82c3301', any: 5,
};

/** Pipes would end a cell. */
const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;

test('TYPES.md says how each type lies in a file', async () => {
  const rows = (Object.keys(FIELD_TYPES) as ColumnType[]).map(name => {
    const {standard, inCsv, inJson, text, json} = FIELD_TYPES[name];
    const {type, format} = standard;
    const field = text(EXAMPLES[name])!;
    return `| ${code(name)} | ${type}${format === undefined ? '' : `, format ${format}`} | ${inCsv} | ${code(/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)} | ${inJson} | ${code(json(EXAMPLES[name])!)} |`;
  });
  await expect(`# How values lie in files

Generated from \`src/field-types.ts\`: \`npx vitest run --project connector-files types-page -u\`.

Every value comes back exactly as it was. Null is an empty field without quotes in CSV (\`""\` is the empty string) and \`null\` in JSON Lines.
The type under "datapackage.json" is that of Frictionless Table Schema v1; the exact column stands beside it under \`sluice\`.

| type | datapackage.json | in CSV | example | in JSON Lines | example |
|---|---|---|---|---|---|
${rows.join('\n')}
`).toMatchFileSnapshot('../TYPES.md');
});
