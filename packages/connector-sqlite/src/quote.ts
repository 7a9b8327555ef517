import {quoteIdentifier} from '@sluice/sql';

/** Quotes a name for SQLite. Every name that goes into SQL passes through here. */
export function quote(name: string): string {
  return quoteIdentifier('sqlite', name);
}
