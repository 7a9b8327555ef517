import {choose, chooseId, looksLikeData} from './choose.ts';
import {type Choice, countOf, type DocumentSchema, type Facts, type Field, type Shape, type Unlisted} from './document-schema.ts';
import {mergeOldSchemas} from './merge-old.ts';
import {fromOldSchema} from './old-schema.ts';
import type {SchemaFile} from './schema-file.ts';

/**
 * Merges two schema files. Two old ones as their own tool did (`mergeOldSchemas`); otherwise without a
 * loss: all collections and paths of both, counts added up, and each path becomes what holds the values
 * of both, unless a person had decided otherwise in the first one, which stands.
 */
export function mergeSchemas(primary: SchemaFile, secondary: SchemaFile): SchemaFile {
  if (primary.form === 'old' && secondary.form === 'old') {
    const old = mergeOldSchemas(primary.old, secondary.old);
    return {form: 'old', old, collections: [fromOldSchema(primary.collections[0].collection, old)]};
  }
  const others = new Map(secondary.collections.map(schema => [schema.collection, schema]));
  const merged = primary.collections.map(schema => {
    const other = others.get(schema.collection);
    others.delete(schema.collection);
    return other ? mergeDocumentSchemas(schema, other) : schema;
  });
  return {form: 'new', collections: [...merged, ...others.values()]};
}

/** The same for one collection: of two profiles, the profile of the documents of both. */
export function mergeDocumentSchemas(primary: DocumentSchema, secondary: DocumentSchema): DocumentSchema {
  const table = primary.table ?? secondary.table;
  const known = primary.documents !== undefined || secondary.documents !== undefined;
  const unlisted = mergeUnlisted(primary, secondary);
  return {
    collection: primary.collection,
    ...(table !== undefined && {table}),
    ...(known && {read: primary.read === 'all' && secondary.read === 'all' ? 'all' : 'sample', documents: (primary.documents ?? 0) + (secondary.documents ?? 0)}),
    ...(primary.strict && secondary.strict && {strict: true}),
    ...(unlisted && {unlisted}),
    fields: mergeFields(primary.fields, secondary.fields, name => (name === '_id' ? chooseId : choose)),
  };
}

function mergeFields(primary: readonly Field[], secondary: readonly Field[], how: (name: string) => typeof choose): Field[] {
  const others = new Map(secondary.map(field => [field.name, field]));
  const merged = primary.map((field): Field => {
    const other = others.get(field.name);
    others.delete(field.name);
    return other ? {name: field.name, ...mergeShapes(field, other, how(field.name))} : field;
  });
  return [...merged, ...others.values()];
}

function mergeShapes(primary: Shape, secondary: Shape, how: typeof choose): Shape {
  const facts = mergeFacts(primary, secondary);
  const all = primary.fields && secondary.fields ? mergeFields(primary.fields, secondary.fields, () => choose) : primary.fields ?? secondary.fields;
  const unlisted = mergeUnlisted(primary, secondary) ?? (all && looksLikeData(all.map(countOf), facts.types['object'] ?? 0) ? 'names' : undefined);
  const fields = unlisted === 'names' ? undefined : all;
  const items = primary.items && secondary.items ? mergeShapes(primary.items, secondary.items, choose) : primary.items ?? secondary.items;
  const column = primary.column ?? secondary.column;
  const table = primary.table ?? secondary.table;
  const shape = {
    ...facts,
    ...(unlisted && {unlisted}),
    ...(fields && {fields}),
    ...(items && {items}),
  };
  const {as, note} = mergeChoices(primary, secondary, shape, how);
  return {
    as, ...shape,
    ...(column !== undefined && as !== 'table' && {column}),
    ...(table !== undefined && as === 'table' && {table}),
    ...(note !== undefined && {note}),
  };
}

function mergeChoices(primary: Shape, secondary: Shape, merged: Omit<Shape, 'as'>, how: typeof choose): {readonly as: Choice; readonly note?: string} {
  const counted = countOf(primary) > 0 && countOf(secondary) > 0;
  // What the counts do not say was said by a person.
  if (countOf(primary) > 0 && how(primary).as !== primary.as) return {as: primary.as, ...(primary.note !== undefined && {note: primary.note})};
  if (counted && how(secondary).as === secondary.as) return how(merged);
  return join(primary.as, secondary.as, merged);
}

/** What holds the values of both columns; JSON where nothing else does. */
export function join(a: Choice, b: Choice, {fields, items}: Omit<Shape, 'as' | 'types'> = {}): {readonly as: Choice; readonly note?: string} {
  if (a === b) return {as: a};
  // To leave something out is a decision, not a type.
  if (a === 'exclude' || b === 'exclude') return {as: 'exclude'};
  if (a === 'null') return known(b, fields, items);
  if (b === 'null') return known(a, fields, items);
  const both = new Set<Choice>([a, b]);
  const numbers: readonly Choice[] = ['int', 'long', 'double', 'decimal'];
  if (numbers.includes(a) && numbers.includes(b)) {
    if (both.has('decimal')) return {as: 'decimal'};
    // Every int of 32 bits is exact in a double, not every one of 64.
    if (both.has('double')) return both.has('long') ? {as: 'decimal', note: 'doubles beside integers of 64 bits'} : {as: 'double'};
    return {as: 'long'};
  }
  return {as: 'json', ...(!both.has('json') && {note: `${a} in the one, ${b} in the other`})};
}

function known(as: Choice, fields: Shape['fields'], items: Shape['items']): {readonly as: Choice} {
  return {as: (as === 'columns' && !fields) || (as === 'table' && !items) ? 'json' : as};
}

function mergeFacts(a: Facts, b: Facts): Omit<Facts, 'unlisted'> {
  const types: Record<string, number> = {...a.types};
  for (const [type, count] of Object.entries(b.types)) types[type] = (types[type] ?? 0) + count;
  const most = (key: 'longest' | 'most') => Math.max(a[key] ?? 0, b[key] ?? 0);
  const sum = (key: 'inexact' | 'fractions' | 'notFinite') => (a[key] ?? 0) + (b[key] ?? 0);
  const facts = {longest: most('longest'), most: most('most'), inexact: sum('inexact'), fractions: sum('fractions'), notFinite: sum('notFinite')};
  return {types, ...Object.fromEntries(Object.entries(facts).filter(([, value]) => value > 0))};
}

const mergeUnlisted = (a: {readonly unlisted?: Unlisted}, b: {readonly unlisted?: Unlisted}): Unlisted | undefined => a.unlisted ?? b.unlisted;
