import type {Catalog, Problem, Schema, Transform} from '@sluice/core';
import {foreignKeyProblemsBetween} from './checks/foreign-keys.ts';
import type {ColumnChoice, TableChoice} from './choose-table.ts';
import type {Policy} from './policy.ts';
import {joinsIn} from './resolve.ts';
import {changeSchema, type ColumnFate} from './schema-changes.ts';
import {deidentifyShare, type DeidentifyTools, type ShareTransform} from './transform.ts';
import {viewsOverChanged} from './views.ts';

/** Who decides about which table. */
export interface TablePolicies {
  /** The policy of a table or view: null where somebody said that there is none, undefined where nobody said anything. */
  policyOf(name: string): Policy | null | undefined;
  /** Whether a table or view is copied. What is not needs no policy, and is in nobody's way. */
  copies(name: string): boolean;
}

const UNSAID = 'no policy is named for the table';

/**
 * Makes one transform of several policies, each for the tables that `policyOf` gives it; those of none pass as they are.
 * A table that nobody said anything of is undecided. Foreign keys, and columns that tell whose row it is, have to be
 * treated alike on both sides of the border between two policies, and no view quotes what any of them changed.
 */
export function deidentifyByTable({policyOf, copies}: TablePolicies, policies: readonly Policy[], given: DeidentifyTools = {}): Transform {
  let elsewhere = (_table: string, _column: string): string | null => '';
  const shares = new Map(policies.map(policy => [policy, deidentifyShare(policy, given, {owns: name => policyOf(name) === policy, elsewhere: (table, column) => elsewhere(table, column)})]));
  const all = [...shares.values()];
  const asTheyAre = new Set<string>();
  let overChanged: ReadonlyMap<string, string> = new Map();
  /** The transform of a table's policy; null where there is none. */
  const shareOf = (name: string): ShareTransform | null => {
    const policy = policyOf(name);
    return policy ? shares.get(policy)! : null;
  };
  const unsaid = ({tables}: Catalog): string[] => tables.map(({table}) => table).filter(table => copies(table) && policyOf(table) === undefined);

  return {
    name: 'deidentify',
    confines: true,
    check(catalog) {
      elsewhere = () => '';
      for (const share of all) share.check(catalog);
      const choices = new Map<string, TableChoice>([
        ...catalog.tables.filter(({table}) => policyOf(table) === null).map(schema => [schema.table, keptWhole(schema)] as const), ...all.flatMap(share => [...share.choices]),
      ]);
      elsewhere = (table, column) => {
        const choice = choices.get(table);
        return choice === undefined ? '' : joinsIn(choice, column);
      };
      // Again: what becomes of foreign keys depends on what the others decided.
      const problems = all.flatMap(share => share.check(catalog));
      overChanged = viewsOverChanged(all.flatMap(({decisions}) => decisions), catalog.views);
      return [
        ...problems,
        ...foreignKeyProblemsBetween(choices, (table, other) => policyOf(table) !== policyOf(other) && copies(table) && copies(other)),
        ...unsaid(catalog).map((table): Problem => ({path: table, message: UNSAID, undecided: true})),
      ];
    },
    remedy(catalog) {
      const texts = all.flatMap(share => share.remedy(catalog) ?? []);
      if (unsaid(catalog).length > 0) texts.push('name a policy for each table, or the word `none` for one that is copied as it is');
      return texts.length === 0 ? undefined : texts.join('\n');
    },
    async prepare(source, catalog, signal) {
      for (const share of all) await share.prepare?.(source, catalog, signal);
    },
    fingerprint: schema => shareOf(schema.table)?.fingerprint!(schema) ?? 'as it is',
    plan(schema) {
      const share = shareOf(schema.table);
      if (share !== null) return share.plan(schema);
      if (policyOf(schema.table) === undefined) return null;
      asTheyAre.add(schema.table);
      const kept = changeSchema(schema, schema.columns.map((column): ColumnFate => ({column, changed: false, why: 'kept'})), elsewhere);
      return {...kept, effects: [], looksAt: [], apply: batch => batch};
    },
    refusesTable: ({table, ...schema}) => policyOf(table) === undefined ? UNSAID : shareOf(table)?.refusesTable({table, ...schema}) ?? null,
    refusesView(view) {
      const policy = policyOf(view.name);
      if (policy === undefined) return 'no policy is named for the view';
      return (policy === null ? null : shareOf(view.name)!.refusesView(view)) ?? overChanged.get(view.name) ?? null;
    },
    get warnings() {
      const names = [...asTheyAre].sort();
      return [...new Set(all.flatMap(({warnings}) => warnings)), ...(names.length === 0 ? [] : [`copied as ${names.length === 1 ? 'it is' : 'they are'}, by no policy: ${names.join(', ')}`])];
    },
  };
}

function keptWhole(schema: Schema): TableChoice {
  const columns = schema.columns.map((source): ColumnChoice => ({column: source.name, source, treatment: {kind: 'keep'}, use: null, exactness: null, rule: null}));
  return {schema, excluded: null, columns, subject: null, undecided: [], problems: []};
}
