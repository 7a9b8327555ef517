import {type Misfit, type RelationalPlan, wrongValueLine} from '@sluice/relational';

/** What did not fit its column, by collection and reason. Names of fields that no plan has may be data, and are not told. */
export class MisfitCounts {
  readonly #counts = new Map<string, number>();
  /** In the words by which schema files are patched. */
  readonly #lines = new Map<string, number>();

  add({collection}: RelationalPlan, misfits: readonly Misfit[]): void {
    for (const misfit of misfits) {
      const {path, got, wanted, reason, count} = misfit;
      const place = wanted === null ? collection : `${collection}.${path}`;
      const what = `${place}: ${wanted !== null && reason === 'other type' ? `${got} instead of ${wanted}` : reason}`;
      this.#counts.set(what, (this.#counts.get(what) ?? 0) + count);
      const line = wrongValueLine(collection, misfit);
      if (line !== null) this.#lines.set(line, (this.#lines.get(line) ?? 0) + count);
    }
  }

  /** One line for all, and one for each type that a schema file could be patched for; the most frequent first. */
  warnings(): string[] {
    const all = mostFirst(this.#counts);
    if (all.length === 0) return [];
    const total = all.reduce((sum, [, count]) => sum + count, 0);
    const shown = all.slice(0, SHOWN).map(([what, count]) => `${what} (${count})`);
    return [`${total} value${total === 1 ? '' : 's'} fit no column and are in the overflow, none is lost: ${shown.join('; ')}${all.length > SHOWN ? ` and ${all.length - SHOWN} more` : ''}`,
      ...mostFirst(this.#lines).slice(0, SHOWN).map(([line, count]) => `${line}: ${count}`)];
  }
}

const mostFirst = (counts: ReadonlyMap<string, number>) => [...counts].toSorted(([one, first], [other, second]) => second - first || (one < other ? -1 : 1));

const SHOWN = 10;
