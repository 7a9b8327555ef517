import {namePattern, type Transform} from '@sluice/core';
import type {CopyJob} from '@sluice/job';
import {shape, type TablePatterns, type TableShape} from '@sluice/transform-shape';
import type {TableOptions, TableOptionsByPattern} from './table-options.ts';

/** What the options of tables make of a copy: how rows are changed on their way, and which of them are read. */
export interface TableSelection {
  /** Null: nothing is renamed, left out or identified otherwise. Comes after a policy, which knows the names of the source. */
  readonly transform: Transform | null;
  readonly reads: NonNullable<CopyJob['reads']>;
}

/** `patterns` say which tables are copied at all: only of those something is said. */
export function selectionOf(tables: TableOptionsByPattern, patterns: TablePatterns = {}): TableSelection {
  const entries = Object.entries(tables);
  const rules = entries.map(([pattern, rule]) => ({rule, matches: namePattern(pattern)}));
  return {
    transform: entries.length === 0 ? null : shape({...patterns, shapes: Object.fromEntries(entries.map(([pattern, rule]) => [pattern, shapeOf(rule)]))}),
    reads(table) {
      const own = rules.filter(({matches}) => matches(table)).map(({rule}) => rule);
      const cursor = own.flatMap(rule => rule.cursor ?? [])[0];
      const conditions = own.flatMap(({where}) => where ?? []);
      return {
        ...(conditions.length > 0 && {where: conditions}),
        ...(cursor !== undefined && {cursor}),
        ...(own.some(({key}) => key !== undefined) && {keyed: true as const}),
      };
    },
  };
}

function shapeOf({key, columns, rename, renameColumns}: TableOptions): TableShape {
  const select = columns?.filter(pattern => !pattern.startsWith('-'));
  const drop = columns?.filter(pattern => pattern.startsWith('-')).map(pattern => pattern.slice(1));
  return {
    ...(key && {key}), ...(rename !== undefined && {rename}), ...(renameColumns && {renameColumns}),
    ...(select && select.length > 0 && {select}), ...(drop && drop.length > 0 && {drop}),
  };
}
