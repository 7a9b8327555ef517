import type {Misfit, RelationalPlan} from '@sluice/relational';

/** What did not fit its column, by collection and reason. Names of fields that no plan has may be data, and are not told. */
export class MisfitCounts {
  readonly #counts = new Map<string, number>();

  add({collection}: RelationalPlan, misfits: readonly Misfit[]): void {
    for (const {path, got, wanted, reason, count} of misfits) {
      const place = wanted === null ? collection : `${collection}.${path}`;
      const what = `${place}: ${wanted !== null && reason === 'other type' ? `${got} instead of ${wanted}` : reason}`;
      this.#counts.set(what, (this.#counts.get(what) ?? 0) + count);
    }
  }

  /** One line for all; the most frequent first. */
  warnings(): string[] {
    const all = [...this.#counts].toSorted(([one, first], [other, second]) => second - first || (one < other ? -1 : 1));
    if (all.length === 0) return [];
    const total = all.reduce((sum, [, count]) => sum + count, 0);
    const shown = all.slice(0, SHOWN).map(([what, count]) => `${what} (${count})`);
    return [`${total} value${total === 1 ? '' : 's'} fit no column and are in the overflow, none is lost: ${shown.join('; ')}${all.length > SHOWN ? ` and ${all.length - SHOWN} more` : ''}`];
  }
}

const SHOWN = 10;
