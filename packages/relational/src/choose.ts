import {type Choice, countOf, type Facts, type Shape} from './document-schema.ts';

/** What a path becomes when nobody says otherwise, and why where it is not what one would expect. */
export interface Chosen {
  readonly as: Choice;
  readonly note?: string;
}

/**
 * Where values are of several kinds, the most frequent one has the column if it has at least this
 * share, and the others go to the overflow with their reason; below it, all are kept as JSON.
 */
const DOMINANT = 0.9;

/**
 * Chooses so that no value is lost: integers of both sizes are one kind, with doubles among them a
 * double as long as that holds every one of the integers, otherwise a decimal; null says nothing.
 */
export function choose(shape: Omit<Shape, 'as'>): Chosen {
  const kinds = kindsOf(shape);
  const [first, ...others] = kinds;
  if (!first) return {as: 'json', note: countOf(shape) > 0 ? 'only null was met' : 'nothing was met'};
  if (others.length === 0) return chooseOf(first.kind, shape);
  const all = kinds.reduce((sum, {count}) => sum + count, 0);
  const rest = listed(others.map(({kind}) => WORDS[kind]));
  if (first.count < DOMINANT * all) return {as: 'json', note: `${WORDS[first.kind]} beside ${rest}`};
  const chosen = chooseOf(first.kind, shape);
  const beside = `${rest} (${others.reduce((sum, {count}) => sum + count, 0)} of ${all}) ${chosen.as === 'json' ? 'too' : 'go to the overflow'}`;
  return {as: chosen.as, note: chosen.note === undefined ? beside : `${chosen.note}; ${beside}`};
}

/** What identifies a document must have a place for every one: ids of several kinds are kept as text of Extended JSON. */
export function chooseId(shape: Omit<Shape, 'as'>): Chosen {
  const {types} = shape;
  const kinds = kindsOf(shape);
  const one = kinds.length === 1 ? kinds[0]!.kind : null;
  const mixed = kinds.length > 1 || (types['null'] ?? 0) > 0 || (one === 'number' && (types['decimal'] ?? 0) + (types['double'] ?? 0) > 0);
  if (mixed) return {as: 'json', note: 'ids of several types, or of numbers that are no integers: each is the text of its Extended JSON'};
  if (one === 'object' || one === 'array') return {as: 'json', note: 'ids are documents: each is the text of its Extended JSON'};
  return choose(shape);
}

/** From so many field names on, documents of which each has few of them are taken for maps whose keys are data. */
const MAP_NAMES = 64;
const MAP_SHARE = 0.1;

/**
 * Whether the names of fields are ids, dates or the like: they would make a column of each, and stand in
 * the schema file. `present`: how many of the documents have each.
 */
export function looksLikeData(present: readonly number[], documents: number): boolean {
  return present.length > MAP_NAMES && present.reduce((sum, count) => sum + count, 0) < MAP_SHARE * present.length * documents;
}

type Kind = 'number' | 'bool' | 'string' | 'date' | 'objectId' | 'uuid' | 'binary' | 'object' | 'array' | 'other';

const KINDS: Readonly<Record<string, Kind>> = {
  int: 'number', long: 'number', double: 'number', decimal: 'number', bool: 'bool', string: 'string', date: 'date', objectId: 'objectId', uuid: 'uuid',
  binData: 'binary', object: 'object', array: 'array',
};

const WORDS: Readonly<Record<Kind, string>> = {
  number: 'numbers', bool: 'booleans', string: 'strings', date: 'dates', objectId: 'ObjectIds', uuid: 'UUIDs', binary: 'binary data', object: 'documents',
  array: 'arrays', other: 'values of types without a column of their own',
};

/** The kinds of the values that are not null, the most frequent one first. */
function kindsOf({types}: Facts): {readonly kind: Kind; readonly count: number}[] {
  const counts = new Map<Kind, number>();
  for (const [type, count] of Object.entries(types)) {
    const kind = KINDS[type] ?? 'other';
    if (type !== 'null' && count > 0) counts.set(kind, (counts.get(kind) ?? 0) + count);
  }
  // The order of the words decides between equals, so that the same counts always give the same.
  return [...counts].map(([kind, count]) => ({kind, count})).sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
}

function chooseOf(kind: Kind, shape: Omit<Shape, 'as'>): Chosen {
  switch (kind) {
    case 'number': return chooseNumber(shape);
    case 'object': return chooseDocument(shape);
    case 'array': return chooseArray(shape);
    case 'other': return {as: 'json', note: WORDS.other};
    case 'bool': case 'string': case 'date': case 'objectId': case 'uuid': case 'binary': return {as: kind};
  }
}

function chooseNumber({types, inexact = 0, notFinite = 0}: Facts): Chosen {
  const {int = 0, long = 0, double = 0, decimal = 0} = types;
  if (decimal > 0 || (double > 0 && inexact > 0)) {
    const why = decimal > 0 ? undefined : 'doubles beside integers that no double holds exactly';
    const lost = notFinite > 0 ? `NaN and infinities (${notFinite}) go to the overflow` : undefined;
    const note = [why, lost].filter(each => each !== undefined).join('; ');
    return {as: 'decimal', ...(note !== '' && {note})};
  }
  if (double > 0) return {as: 'double', ...(int + long > 0 && {note: 'integers beside doubles, each of which a double holds exactly'})};
  return {as: long > 0 ? 'long' : 'int'};
}

function chooseDocument({unlisted, fields = []}: Omit<Shape, 'as'>): Chosen {
  if (unlisted === 'names') return {as: 'json', note: 'so many different field names that they look like data'};
  if (unlisted === 'depth') return {as: 'json', note: 'nested too deeply'};
  return fields.length === 0 ? {as: 'json', note: 'only empty documents were met'} : {as: 'columns'};
}

function chooseArray({unlisted, items}: Omit<Shape, 'as'>): Chosen {
  if (unlisted && !items) return {as: 'json', note: unlisted === 'depth' ? 'nested too deeply' : 'there are more paths than a profile keeps'};
  return !items || countOf(items) === 0 ? {as: 'json', note: 'only empty arrays were met'} : {as: 'table'};
}

const listed = (words: readonly string[]): string => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`);
