import {z} from '@sluice/config';
import type {Endpoint} from '@sluice/core';
import {parsePortal} from './endpoint.ts';
import {notSocrata} from './errors.ts';
import {Portal} from './portal.ts';
import {systemTiming, type Timing} from './timing.ts';

/** A data set as a portal's catalogue lists it. */
export interface CatalogEntry {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** When its rows changed last, in ISO 8601; null where the catalogue does not say. */
  readonly updatedAt: string | null;
  readonly columns: number;
}

/** What a search found. */
export interface Listing {
  /** How many there are in all. */
  readonly total: number;
  readonly entries: readonly CatalogEntry[];
}

/** The catalogue gives no more than so many without scrolling. */
export const MOST_ENTRIES = 10_000;
const PAGE = 100;

/** What we look at; everything else may be as it likes. */
const page = z.object({
  resultSetSize: z.number(),
  results: z.array(z.object({resource: z.object({
    id: z.string(), name: z.string(), description: z.string().nullish(), data_updated_at: z.string().nullish(), updatedAt: z.string().nullish(), columns_field_name: z.array(z.string()).nullish(),
  })})),
});

/** Data sets of a portal, `socrata://HOST`, that words are found in, at most `limit` of them. Throws CONFIG, CONNECT, AUTH. */
export async function searchCatalog(endpoint: Endpoint, {words, limit}: {readonly words: string | null; readonly limit: number}, signal: AbortSignal, timing: Timing = systemTiming): Promise<Listing> {
  const place = parsePortal(endpoint);
  using portal = new Portal(place, timing);
  const entries: CatalogEntry[] = [];
  for (;;) {
    const wanted = Math.min(PAGE, limit - entries.length);
    const parameters = new URLSearchParams({
      domains: place.host, search_context: place.host, only: 'dataset', limit: String(wanted), offset: String(entries.length), ...(words !== null && {q: words}),
    });
    const parsed = page.safeParse(await portal.document(`/api/catalog/v1?${parameters}`, 'of the catalogue', signal));
    if (!parsed.success) throw notSocrata(place.host, 'what it gives as its catalogue is none');
    const {results, resultSetSize: total} = parsed.data;
    for (const {resource: {id, name, description, data_updated_at: data, updatedAt, columns_field_name: columns}} of results) {
      entries.push({id, name, description: description ?? '', updatedAt: data ?? updatedAt ?? null, columns: columns?.length ?? 0});
    }
    if (results.length === 0 || entries.length >= Math.min(limit, total, MOST_ENTRIES)) return {total, entries: entries.slice(0, limit)};
  }
}
