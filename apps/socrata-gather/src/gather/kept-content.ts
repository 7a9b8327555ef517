import {z} from '@sluice/config';
import type {Found} from './entry-file.ts';

export const FORMAT = 'sluice.kept-pages/1';
const moment = z.string().nullable();
const head = z.object({format: z.literal(FORMAT), work: z.string(), startedAt: z.string(), watermark: moment, lastUpdated: moment});
/** Rows of the page that ends behind them, as a compressed array of JSON. */
const piece = z.object({entry: z.literal('piece')});
const page = z.object({entry: z.literal('page'), query: z.string(), rows: z.int(), last: z.string()});
/** A later run went on from here. */
const part = z.object({entry: z.literal('part'), lastUpdated: moment});
export type Head = z.infer<typeof head>;
export type Piece = z.infer<typeof piece>;
export type PageEnd = z.infer<typeof page>;
export type Part = z.infer<typeof part>;

export interface Page extends Pick<PageEnd, 'query' | 'rows' | 'last'> {
  readonly pieces: readonly Found[];
  readonly end: number;
}

/** What a file of pages holds. */
export interface Content {
  readonly head: Head;
  readonly pages: readonly Page[];
  /** As of the last part. */
  readonly lastUpdated: string | null;
  /** Behind the head, and behind the last page. */
  readonly begin: number;
  readonly end: number;
}

export const rowsOf = ({pages}: Content): number => pages.reduce((sum, {rows}) => sum + rows, 0);

/** The pages that came to their end; null: this is no file of pages. */
export function contentOf([first, ...others]: readonly Found[]): Content | null {
  const begin = head.safeParse(first?.line);
  if (!first || !begin.success) return null;
  const pages: Page[] = [];
  let pieces: Found[] = [];
  let [lastUpdated, end] = [begin.data.lastUpdated, first.end];
  for (const found of others) {
    const [ended, begun] = [page.safeParse(found.line), part.safeParse(found.line)];
    if (piece.safeParse(found.line).success) {
      pieces.push(found);
      continue;
    }
    if (ended.success) pages.push({...ended.data, pieces, end: found.end});
    else if (begun.success) ({lastUpdated} = begun.data);
    else break;
    [pieces, end] = [[], found.end];
  }
  return {head: begin.data, pages, lastUpdated, begin: first.end, end};
}
