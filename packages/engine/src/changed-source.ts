import type {Source} from '@sluice/core';

/** The source with some of its methods exchanged; the others are its own. */
export function changedSource(source: Source, changes: Partial<Source>): Source {
  return new Proxy(source, {
    get(target, name) {
      if (Object.hasOwn(changes, name)) return changes[name as keyof Source];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
