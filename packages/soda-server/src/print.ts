import type {Answer} from './answer.ts';
import type {SodaTable} from './tables.ts';

/** How the platform prints everything but rows: two blanks a level, a blank before each colon, arrays on the line of their first bracket. */
export function printDocument(value: unknown): string {
  return `${printValue(value, '')}\n`;
}

function printValue(value: unknown, indent: string): string {
  if (Array.isArray(value)) return value.length === 0 ? '[ ]' : `[ ${value.map(each => printValue(each, indent)).join(', ')} ]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, each]) => each !== undefined);
  if (members.length === 0) return '{ }';
  return `{\n${members.map(([key, each]) => `${indent}  ${JSON.stringify(key)} : ${printValue(each, `${indent}  `)}`).join(',\n')}\n${indent}}`;
}

/** Rows as JSON, piece by piece: a line each, in the shape that the version of the API has. */
export function* printJson({fields, rows}: Answer, api: '2.1' | '3'): Generator<string> {
  const keys = fields.map(name => `${JSON.stringify(name)}:`);
  yield api === '3' ? '[\n' : '[';
  for (const [i, row] of rows.entries()) {
    const members = row.flatMap((text, column) => (text === null ? [] : [keys[column]! + text]));
    const line = `{${members.join(',')}}`;
    yield i === 0 ? line : api === '3' ? `,\n${line}` : `\n,${line}`;
  }
  yield api === '3' && rows.length > 0 ? '\n]\n' : ']\n';
}

/** Rows as CSV: raw values between quotes, nothing at all where there is none. */
export function* printCsv({fields, rows}: Answer): Generator<string> {
  const line = (cells: readonly (string | null)[]) => `${cells.map(cell => (cell === null ? '' : `"${cell.replaceAll('"', '""')}"`)).join(',')}\n`;
  yield line(fields);
  for (const row of rows) yield line(row.map(text => (text?.startsWith('"') ? JSON.parse(text) as string : text)));
}

/** The body of `/api/views/ID.json`, as far as readers of tables look at it. */
export function metadataOf(table: SodaTable): object {
  const {options: {id, name, description, rowIdentifier, assetType = 'dataset'}} = table;
  const {columns, rows, rowsUpdatedAt} = table.forMetadata();
  const columnId = (place: number) => 500_000_000 + place;
  const identifier = columns.findIndex(({fieldName}) => fieldName === rowIdentifier);
  return {
    id, name, assetType, attribution: 'Sluice', createdAt: 1_577_463_488, ...(description !== undefined && {description}), displayType: 'table', newBackend: true,
    provenance: 'official', publicationDate: 1_656_102_251, publicationStage: 'published', ...(identifier >= 0 && {rowIdentifierColumnId: columnId(identifier)}), rowsUpdatedAt,
    viewLastModified: rowsUpdatedAt, viewType: 'tabular',
    columns: columns.map((column, i) => {
      const filled = rows.filter(({cells}) => cells[i] != null).length;
      return {
        id: columnId(i), name: column.name ?? column.fieldName, dataTypeName: column.dataTypeName, description: column.description ?? '', fieldName: column.fieldName, position: i + 1,
        renderTypeName: column.dataTypeName, cachedContents: {non_null: String(filled), null: String(rows.length - filled)}, format: {}, ...(column.flags && {flags: column.flags}),
      };
    }),
    metadata: {...(identifier >= 0 ? {rowIdentifier: columnId(identifier)} : {rowIdentifier: '0'}), availableDisplayTypes: ['table', 'fatrow', 'page']},
    rights: ['read'], flags: ['default'],
  };
}

/** One result of the catalogue. */
export function catalogEntry(table: SodaTable, domain: string): object {
  const {options: {id, name, description = '', assetType = 'dataset'}} = table;
  const {columns, rowsUpdatedAt} = table.forMetadata();
  const moment = new Date(rowsUpdatedAt * 1000).toISOString();
  return {
    resource: {
      name, id, description, type: assetType, updatedAt: moment, metadata_updated_at: moment, data_updated_at: moment, columns_name: columns.map(column => column.name ?? column.fieldName),
      columns_field_name: columns.map(({fieldName}) => fieldName), columns_datatype: columns.map(({dataTypeName}) => dataTypeName), columns_description: columns.map(column => column.description ?? ''),
    },
    classification: {categories: [], tags: []}, metadata: {domain}, permalink: `https://${domain}/d/${id}`, link: `https://${domain}/d/${id}`,
  };
}
