import type {Source} from '@sluice/core';
import type {PlannedTable} from './plan.ts';
import type {CopyMode} from './request.ts';

/** What to say of tables whose append goes on after the greatest key that was copied; null when there is none. */
export function appendByKeyWarning(tables: readonly PlannedTable[], mode: CopyMode, {ranges}: Pick<Source, 'ranges'>): string | null {
  if (mode !== 'append' || ranges !== true) return null;
  const names = tables.filter(({source, rows}) => source.primaryKey.length > 0 && rows?.cursor === undefined).map(({source}) => source.table);
  return names.length === 0 ? null
    : `each append goes on after the greatest key that was copied: rows with lower keys that come later, or are committed late, are not copied, of ${names.join(', ')}; name a column that only grows (--cursor), or use mode mirror`;
}
