import {z} from '@sluice/config';
import {ErrorCode, PipelineError, type Column, type Omission, type Schema} from '@sluice/core';
import type {SocrataEndpoint} from './endpoint.ts';
import {notSocrata} from './errors.ts';
import {knownType, postgisType, SYSTEM_COLUMNS, unknownType, type FieldType} from './values.ts';

/** A data set as a table. */
export interface Dataset {
  readonly id: string;
  readonly schema: Schema;
  /** The type of each column of the schema, in its order. */
  readonly fields: readonly FieldType[];
  readonly omissions: readonly Omission[];
  readonly warnings: readonly string[];
  /** When the publisher changed rows last, by metadata, in ISO 8601; null where it does not say. */
  readonly rowsUpdatedAt: string | null;
}

/** Types stand in sentences and are compared from run to run: what is no word of this kind is none of them. */
const typeName = z.string().transform(name => (/^[\w.-]{1,100}$/.test(name) ? name : 'unreadable'));

/** What we look at in `/api/views/ID.json`; everything else may be as it likes. */
const view = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  assetType: typeName.nullish(),
  displayType: typeName.nullish(),
  rowIdentifierColumnId: z.number().nullish(),
  rowsUpdatedAt: z.number().nullish(),
  columns: z.array(z.object({
    id: z.number().nullish(),
    name: z.string(),
    fieldName: z.string(),
    dataTypeName: typeName,
    description: z.string().nullish(),
    flags: z.array(z.string()).nullish(),
    cachedContents: z.object({non_null: z.coerce.number(), null: z.coerce.number()}).nullish().catch(undefined),
  })).nullish(),
});
type ViewColumn = NonNullable<z.infer<typeof view>['columns']>[number];

/** Describes a table by its metadata, never by its rows, which leave out what is null. Throws CONNECT for what is no metadata, SCHEMA for what is no table. */
export function datasetOf(id: string, metadata: unknown, {host, table, system, computed, geometry}: Pick<SocrataEndpoint, 'host' | 'table' | 'system' | 'computed' | 'geometry'>): Dataset {
  const parsed = view.safeParse(metadata);
  if (!parsed.success) throw notSocrata(host, `what it says of data set ${id} is no metadata`);
  const {name, description, assetType, displayType, rowIdentifierColumnId, rowsUpdatedAt, columns: all} = parsed.data;
  const listed = (all ?? []).filter(({fieldName}) => !fieldName.startsWith(':') || fieldName.startsWith(':@'));
  if (listed.length === 0) {
    throw new PipelineError(ErrorCode.SCHEMA, `data set ${id} of ${host} has no columns: it is a ${assetType ?? displayType ?? 'page'}`, {
      remedy: 'name the data set with the rows: the page of a map or a chart names the one that it is made of',
    });
  }
  const tableName = table ?? snakeCase(name) ?? `data_${id.replace('-', '_')}`;
  const left = (column: ViewColumn): string | null => {
    if (column.flags?.includes('hidden')) return 'the publisher hides it';
    return column.fieldName.startsWith(':@') && !computed ? 'the platform computes it; computed=true reads it' : null;
  };
  const read = listed.filter(column => left(column) === null);
  const names = read.map(({fieldName}) => fieldName);
  const strange = names.find((each, i) => each === '' || /[`\u0000-\u001f\u007f-\u009f\u2028\u2029]/u.test(each) || names.indexOf(each) < i);
  if (strange !== undefined) throw new PipelineError(ErrorCode.SCHEMA, `data set ${id} of ${host}: metadata names a field that a query cannot, or twice`, {remedy: 'tell the publisher'});

  const key = rowIdentifierColumnId == null ? undefined : read.find(column => column.id === rowIdentifierColumnId)?.fieldName;
  const taken = SYSTEM_COLUMNS.filter(({column}) => system || (key === undefined && column.name === ':id'));
  const warnings = read.flatMap(({fieldName, dataTypeName}) => (knownType(dataTypeName) ? [] : [`data set ${id}: nobody has told of the type ${dataTypeName} of column ${fieldName}: its values are kept as JSON`]));
  const counts = read.map(({cachedContents}) => (cachedContents ? cachedContents.non_null + cachedContents.null : 0)).filter(Number.isSafeInteger);
  const rows = Math.max(0, ...counts);
  return {
    id, warnings,
    schema: {
      table: tableName, primaryKey: [key ?? ':id'],
      columns: [...taken.map(({column}) => column), ...read.map(column => columnOf(column, column.fieldName === key, geometry))],
      comment: joined(name, description),
      ...(rows > 0 && {approximateRows: rows}),
    },
    fields: [...taken.map(({field}) => field), ...read.map(({dataTypeName}) => fieldOf(dataTypeName, geometry))],
    omissions: listed.flatMap(column => {
      const reason = left(column);
      return reason === null ? [] : [{table: tableName, kind: 'column' as const, name: column.fieldName, reason}];
    }),
    rowsUpdatedAt: rowsUpdatedAt == null ? null : new Date(rowsUpdatedAt * 1000).toISOString().replace('.000Z', 'Z'),
  };
}

const fieldOf = (dataTypeName: string, geometry: SocrataEndpoint['geometry']): FieldType =>
  (geometry === 'postgis' ? postgisType(dataTypeName)?.field : undefined) ?? knownType(dataTypeName) ?? unknownType;

function columnOf({name, fieldName, dataTypeName, description}: ViewColumn, isKey: boolean, geometry: SocrataEndpoint['geometry']): Column {
  const {type, scale} = fieldOf(dataTypeName, geometry);
  const postgis = geometry === 'postgis' ? postgisType(dataTypeName) : null;
  const comment = joined(name === fieldName ? '' : name, description);
  return {name: fieldName, type, nullable: !isKey, native: postgis ? {dialect: 'postgres', sql: postgis.sql} : {dialect: 'socrata', sql: dataTypeName}, ...(scale !== undefined && {scale}), ...(comment !== '' && {comment})};
}

/** What people call it, and what they say of it. */
function joined(name: string, description: string | null | undefined): string {
  const said = description?.trim() ?? '';
  return said === '' || said === name ? name : name === '' ? said : `${name}: ${said}`;
}

/** Names of tables that every database takes, in characters. */
const LONGEST_NAME = 60;

/** `Seattle Pet Licenses` as `seattle_pet_licenses`: letters without their accents; null where none is left. */
function snakeCase(name: string): string | null {
  const words = name.normalize('NFKD').replaceAll(/\p{M}+/gu, '').toLowerCase().split(/[^a-z0-9]+/).filter(Boolean);
  let text = '';
  for (const word of words) {
    const longer = text === '' ? word.slice(0, LONGEST_NAME) : `${text}_${word}`;
    if (longer.length > LONGEST_NAME) break;
    text = longer;
  }
  return text === '' ? null : text;
}

/** The same tables under names that are all different: where two would have one, their ids tell them apart. */
export function distinct(datasets: readonly Dataset[]): readonly Dataset[] {
  const count = (name: string) => datasets.filter(({schema}) => schema.table === name).length;
  return datasets.map(each => {
    const {id, schema, omissions} = each;
    if (count(schema.table) === 1) return each;
    const table = `${schema.table.slice(0, LONGEST_NAME - 10)}_${id.replace('-', '_')}`;
    return {...each, schema: {...schema, table}, omissions: omissions.map(omission => ({...omission, table}))};
  });
}
