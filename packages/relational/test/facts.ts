import type {Row, Value} from '@sluice/core';
import {pathNames} from '../src/index.ts';
import type {RelationalPlan, ScalarType, ShapeNode} from '../src/index.ts';
import {jsonb} from './jsonb.ts';

/**
 * What a document says, one fact for each value: `a.b[2]=number:5`. Left out is what tables do not tell apart: null
 * and a field that is not there, an empty document or array and none, the order of fields, the type of a number.
 */
export type Facts = string[];

const at = (path: string, name: string) => `${path}.${JSON.stringify(name)}`;

/** Facts of a value of canonical Extended JSON, parsed. */
export function factsOfJson(value: unknown, path = ''): Facts {
  if (value === null) return [];
  if (typeof value === 'string') return [`${path}=text:${JSON.stringify(value)}`];
  if (typeof value === 'boolean') return [`${path}=bool:${value}`];
  if (Array.isArray(value)) return [...(value.length > 0 ? [`${path}=length:${value.length}`] : []), ...value.flatMap((item, i) => factsOfJson(item, `${path}[${i + 1}]`))];
  const entries = Object.entries(value as object);
  const [name, inner] = entries[0] ?? [];
  if (name?.startsWith('$')) return [`${path}=${factOfTyped(name, inner, value)}`];
  return entries.flatMap(([field, content]) => factsOfJson(content, at(path, field)));
}

function factOfTyped(name: string, inner: unknown, whole: unknown): string {
  switch (name) {
    case '$numberInt': case '$numberLong': return number(String(inner));
    case '$numberDouble': return double(Number(inner));
    case '$numberDecimal': return number(String(inner));
    case '$date': return `date:${(inner as {readonly $numberLong: string}).$numberLong}`;
    case '$oid': return `objectId:${String(inner)}`;
    case '$binary': {
      const {base64, subType} = inner as {readonly base64: string; readonly subType: string};
      return `binary:${subType}:${Buffer.from(base64, 'base64').toString('hex')}`;
    }
    default: return jsonb(whole);
  }
}

function double(value: number): string {
  return Object.is(value, -0) ? 'number:-0.0' : number(Number.isInteger(value) ? String(BigInt(value)) : String(value));
}

/** The one spelling of all those that are the same number. */
function number(text: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!parts) return `number:${text}`;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return `number:${sign}0${sign === '' ? '' : '.0'}`;
  const short = digits.replace(/0+$/, '');
  return `number:${sign}${short}E${Number(exponent) - fraction.length + digits.length - short.length}`;
}

/** Facts of the rows that one document gave, columns and overflow. */
export function factsOfRows(plan: RelationalPlan, into: readonly (readonly Row[])[]): Facts {
  const root = into[0]![0]!;
  return [
    ...factsOfRow(plan, plan.root, 0, root, '', [], into),
    ...plan.extra ? into.at(-1)!.flatMap(row => factsOfExtra(plan, row)) : [],
  ];
}

function factsOfRow(plan: RelationalPlan, node: ShapeNode, table: number, row: Row, path: string, places: readonly number[], into: readonly (readonly Row[])[]): Facts {
  const {overflow} = plan.tables[table]!;
  const kept = overflow === null ? null : row[overflow];
  const facts = factsOfNode(plan, node, row, path, places, into);
  if (typeof kept !== 'string') return facts;
  for (const [below, entry] of Object.entries(JSON.parse(kept) as Record<string, KeptEntry>)) {
    facts.push(...factsOfJson(keptJson(entry), pathNames(below).reduce(at, path)));
  }
  return facts;
}

type KeptEntry = {readonly value: unknown} | {readonly text: string};

/** What either form of an overflow keeps. */
const keptJson = (entry: KeptEntry): unknown => ('text' in entry ? JSON.parse(entry.text) : entry.value);

function factsOfNode(plan: RelationalPlan, node: ShapeNode, row: Row, path: string, places: readonly number[], into: readonly (readonly Row[])[]): Facts {
  switch (node.kind) {
    case 'scalar': return factsOfColumn(node.type, row[node.column]!, path);
    case 'objectIdPair': {
      const [oid, bsontype] = [row[node.oid]!, row[node.bsontype]!];
      if (bsontype === 7) return [`${path}=objectId:${String(oid)}`];
      return [...factsOfColumn('string', oid, at(path, 'oid')), ...factsOfColumn('int', bsontype, at(path, 'bsontype'))];
    }
    case 'record': return [...node.fields].flatMap(([name, inner]) => factsOfNode(plan, inner, row, at(path, name), places, into));
    case 'array': {
      const {indexes} = plan.tables[node.table]!;
      const rows = into[node.table]!.filter(child => places.every((place, i) => child[indexes[i]!] === place));
      return [
        ...rows.length > 0 ? [`${path}=length:${rows.length}`] : [],
        ...rows.flatMap((child, i) => factsOfRow(plan, node.item, node.table, child, `${path}[${i + 1}]`, [...places, child[indexes.at(-1)!] as number], into)),
      ];
    }
  }
}

function factsOfColumn(type: ScalarType, value: Value, path: string): Facts {
  if (value === null) return [];
  switch (type) {
    case 'bool': return [`${path}=bool:${String(value)}`];
    case 'int': case 'long': case 'decimal': return [`${path}=${number(String(value))}`];
    case 'double': return [`${path}=${double(value as number)}`];
    case 'string': return [`${path}=text:${JSON.stringify(value)}`];
    case 'date': return [`${path}=date:${millisecondsOf(value as string)}`];
    case 'objectId': return [`${path}=objectId:${String(value)}`];
    case 'uuid': return [`${path}=binary:04:${(value as string).replaceAll('-', '')}`];
    case 'binary': return [`${path}=binary:00:${Buffer.from(value as Uint8Array).toString('hex')}`];
    case 'json': return factsOfJson(JSON.parse(value as string), path);
    case 'null': throw new Error('a column of nulls has a value');
  }
}

function millisecondsOf(text: string): number {
  const [, year, rest, era] = /^(\d+)-(.*?)( BC)?$/.exec(text)!;
  const counted = era === undefined ? Number(year) : 1 - Number(year);
  const milliseconds = Date.parse(`${counted < 0 ? '-' : '+'}${String(Math.abs(counted)).padStart(6, '0')}-${rest!.replace(' ', 'T')}Z`.replace('-000000', '+000000'));
  if (Number.isNaN(milliseconds)) throw new Error('not a moment');
  return milliseconds;
}

/** The path of a row of `extra`, with the places at the arrays it goes through. */
function factsOfExtra(plan: RelationalPlan, row: Row): Facts {
  const [, path, position, , value, text] = row as [Value, string, string, string, string | null, string | null];
  if ((value === null) === (text === null)) throw new Error('kept in two forms, or in none');
  const places = position === '' ? [] : position.split('.');
  let node: ShapeNode | undefined = plan.root;
  let place = '';
  const enter = () => {
    while (node?.kind === 'array' && places.length > 0) {
      place += `[${places.shift()!}]`;
      node = node.item;
    }
  };
  for (const name of pathNames(path)) {
    place = at(place, name);
    node = node?.kind === 'record' ? node.fields.get(name) : undefined;
    enter();
  }
  if (places.length > 0) throw new Error('more places than arrays');
  return factsOfJson(JSON.parse((value ?? text)!), place);
}
