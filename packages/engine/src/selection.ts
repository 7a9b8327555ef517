import type {Catalog, Omission, Problem} from '@sluice/core';

/** Which tables and views to copy; `matchTables` of `@sluice/transform-shape` makes one from patterns. */
export interface Selection {
  wants(name: string): boolean;
  /** Given every name there is: what in the selection means nothing. `omissions` are tables and views that are there, and cannot be copied. */
  problems(names: readonly string[], omissions?: readonly Pick<Omission, 'name' | 'reason'>[]): readonly Problem[];
}

/** A selection that remembers which names a source asked about: those it was told not to describe are in no catalog. */
export function remembering(selection: Selection): Selection['wants'] & {problems(found: Catalog): readonly Problem[]; any(): boolean} {
  const seen = new Set<string>();
  const wants = (name: string) => {
    seen.add(name);
    return selection.wants(name);
  };
  return Object.assign(wants, {
    /** Whether there was a name to ask about. */
    any: () => seen.size > 0,
    problems: ({tables, views, others}: Catalog) => {
      const omitted = others.filter(({table, kind}) => table === null && (kind === 'table' || kind === 'view'));
      const described = new Set([...tables.map(({table}) => table), ...views.map(({name}) => name)]);
      const absent = new Set(omitted.map(({name}) => name).filter(name => !described.has(name)));
      return selection.problems([...new Set([...seen, ...described])].filter(name => !absent.has(name)), omitted);
    },
  });
}
