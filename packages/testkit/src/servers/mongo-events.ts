import {Timestamp, type Document} from 'mongodb';

/** What one change stream gets to see. */
export interface StreamScope {
  /** Null: the whole cluster. */
  readonly database: string | null;
  /** The token after which it starts; null: by time. */
  readonly after: Document | null;
  /** Otherwise the first time that counts. */
  readonly from: Timestamp;
}

/** What tokens of one time are ordered by: the mark of an empty batch, an event, the invalidate event that another one caused. */
export type TokenKind = 'mark' | 'event' | 'invalidate';
const KINDS: Readonly<Record<TokenKind, string>> = {mark: '00', event: '80', invalidate: 'FF'};

/** A token as servers make them, as far as anybody may know: hexadecimal, with the time first, and in the order of events. */
export function tokenOf(time: Timestamp, kind: TokenKind, ordinal = 0): Document {
  const hex = (number: number) => number.toString(16).toUpperCase().padStart(8, '0');
  return {_data: `82${hex(time.t)}${hex(time.i)}${KINDS[kind]}${hex(ordinal)}`};
}

/** The time in a token. */
export function timeOf(token: Document): Timestamp {
  const data = dataOf(token);
  return new Timestamp({t: Number.parseInt(data.slice(2, 10), 16), i: Number.parseInt(data.slice(10, 18), 16)});
}

export const dataOf = (token: Document): string => String(token['_data']);

export const isInvalidate = (token: Document): boolean => dataOf(token).slice(18, 20) === KINDS.invalidate;

/** The events of a stream, up to the one that ends it. */
export function eventsFor(events: readonly Document[], {database, after, from}: StreamScope): readonly Document[] {
  const seen = events.filter(event => (
    (database === null ? event['operationType'] !== 'invalidate' : event['ns']?.['db'] === database || event['operationType'] === 'invalidate')
    && (after === null ? !(event['clusterTime'] as Timestamp).lessThan(from) : dataOf(event['_id'] as Document) > dataOf(after))
  ));
  const end = seen.findIndex(event => event['operationType'] === 'invalidate');
  return end < 0 ? seen : seen.slice(0, end + 1);
}

/** What the stages behind `$changeStream` make of an event: `$project` with fields that stay, paths, and arrays of paths. */
export function shaped(event: Document, stages: readonly Document[]): Document {
  let result = event;
  for (const stage of stages) {
    const project = stage['$project'] as Document | undefined;
    if (!project) throw new Error(`the stage ${Object.keys(stage).join()} is not known here`);
    const before = result;
    result = {_id: before['_id']};
    for (const [name, wanted] of Object.entries(project)) {
      const value = Array.isArray(wanted) ? wanted.map(path => at(before, String(path).slice(1)) ?? null) : typeof wanted === 'string' ? at(before, wanted.slice(1)) : at(before, name);
      if (value !== undefined) result[name] = value;
    }
  }
  return result;
}

function at(document: Document, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Document | undefined)?.[name], document);
}
