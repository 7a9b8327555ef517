/** One step from the collection down to a table. */
export interface Step {
  readonly name: string;
  /** Whether it is an array, as the collection is, or a document. */
  readonly array: boolean;
}

/** An array within an array has no field name. */
export const NESTED = '[]';

/** One part of the name of a column: a field's name, or what a person wants in its place. */
export interface Part {
  readonly name: string;
  readonly given?: string;
}

/** How tables and columns are called before lengths and collisions are looked at. */
export interface Naming {
  /** The parts of a table's name, between which there are underscores; `steps` begins with the collection and ends with the array. */
  table(steps: readonly Step[]): readonly string[];
  column(parts: readonly Part[]): string;
  /** The column of an array's own elements, where these are no documents. */
  value(array: string): readonly Part[];
  /** The column of all tables but the root's that says to which document a row belongs. */
  key(collection: string, idColumn: string): string;
  /** The column with the place in an enclosing array; `steps` begins with the collection. */
  place(steps: readonly Step[]): string;
  readonly ownPlace: string;
  /** The column for what fits no other; null where a table has that. */
  readonly overflow: string | null;
}

const called = (name: string) => (name === NESTED ? 'items' : name);

/** Lower case with underscores, after the path in the document. */
export const cleanNaming: Naming = {
  table: steps => steps.map(({name}) => snake(called(name))),
  column: parts => parts.map(({name, given}) => given ?? snake(name)).join('_'),
  value: () => [{name: 'value'}],
  key: (collection, idColumn) => `${snake(collection)}_${idColumn}`,
  place: steps => `${steps.slice(1).map(({name}) => snake(called(name))).join('_')}_idx`,
  ownPlace: 'idx',
  // No name of a field comes out with an underscore before it.
  overflow: '_extra',
};

/** `customerID` and `Customer-Id` both become `customer_id`; letters and digits of every script stay. */
function snake(name: string): string {
  const words = name.normalize('NFC')
    .replace(/(?<=\p{Ll}|\p{N})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, '_')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
  return words === '' ? 'field' : words.toLowerCase();
}

/**
 * The names of the system that this one supersedes: the collection and every enclosing array lose one
 * `s` at their end and are in lower case, documents and the last array stay as they are, and each name
 * loses one underscore at its beginning.
 */
export const compatNaming: Naming = {
  table: steps => steps.map(({name, array}, i) => (array && i < steps.length - 1 ? singular(called(name)) : bare(called(name)))),
  column: parts => parts.map(({name, given}) => given ?? bare(called(name))).join('_'),
  value: array => [{name: array}],
  key: (collection, idColumn) => `${bare(collection)}_${idColumn}`,
  place: steps => `${steps.map(({name}) => bare(called(name))).join('_')}_idx`,
  ownPlace: 'idx',
  overflow: null,
};

const bare = (name: string) => (name.startsWith('_') ? name.slice(1) : name);
const singular = (name: string) => bare(name).toLowerCase().replace(/s$/, '');
