import {type Batch, type ColumnEffect, type Omission, type Row, type Schema, type TransformNote, type TransformPlan, type Value} from '@sluice/core';
import {changeSchema, type ColumnFate, type Survives} from './schema-changes.ts';
import {Exactness, type MethodUse} from './policy.ts';
import type {Change, ColumnTreatment} from './methods/method.ts';

/** What becomes of one column, and who said so. */
export interface ColumnDecision {
  readonly column: string;
  readonly treatment: ColumnTreatment;
  /** Null: nobody decided, and the policy says what then. */
  readonly use: MethodUse | null;
  readonly exactness: Exactness | null;
  readonly reason?: string;
  readonly decidedBy?: string;
}

/** A table as it will leave; the same whether or not columns that nobody needs were read. */
export interface DecidedTable {
  readonly source: Schema;
  readonly decisions: readonly ColumnDecision[];
  readonly out: Schema;
  readonly omissions: readonly Omission[];
  readonly effects: readonly ColumnEffect[];
}

export function decidedTable(source: Schema, decisions: readonly ColumnDecision[], survives: Survives): DecidedTable {
  const fates = decisions.map(({treatment}, i): ColumnFate => {
    switch (treatment.kind) {
      case 'keep': return {column: source.columns[i]!, changed: false, why: 'kept'};
      case 'drop': return {column: null, changed: true, why: 'left out'};
      case 'fill': return {column: treatment.column, changed: true, why: treatment.value === null ? 'blanked' : 'constant'};
      case 'change': return {column: treatment.column, changed: true, why: 'changed'};
    }
  });
  const {schema: out, omissions} = changeSchema(source, fates, survives);
  return {source, decisions, out, omissions, effects: decisions.flatMap(effectOf)};
}

/**
 * Plans the rows of a table that may come without columns whose values are not needed. Positions are
 * found here once; per batch there is at most one pass over rows and one for each changed column.
 */
export function planRows({decisions, out, omissions, effects}: DecidedTable, incoming: Schema): TransformPlan {
  const at = new Map(incoming.columns.map(({name}, i) => [name, i]));
  const kept = decisions.filter(({treatment}) => treatment.kind !== 'drop');
  // Where each outgoing value comes from: a position, or -1 for a constant.
  const from = kept.map(({column, treatment}) => (treatment.kind === 'fill' ? -1 : need(at, column)));
  const fills: readonly Value[] = kept.map(({treatment}) => (treatment.kind === 'fill' ? treatment.value : null));
  const changes: {readonly at: number; readonly column: string; readonly change: Change}[] = [];
  kept.forEach(({column, treatment}, position) => {
    if (treatment.kind === 'change') changes.push({at: position, column, change: treatment.start()});
  });
  const arrange = arranger(incoming.columns.length, from, fills);
  const explained = decisions.flatMap((decision): TransformNote[] => {
    const text = explanation(decision);
    return decision.treatment.kind === 'keep' && text !== '' ? [{column: decision.column, message: `kept${text}`, count: 0}] : [];
  });
  const widely = decisions.filter(({exactness, treatment}) => exactness === Exactness.all && treatment.kind === 'keep').length;

  return {
    schema: out, omissions, effects,
    uses: from.filter(position => position >= 0),
    apply(batch: Batch): Batch {
      const {rows} = batch;
      arrange?.(rows);
      for (const {at: position, change} of changes) {
        for (const row of rows) row[position] = change.of(row[position]!);
      }
      return batch;
    },
    notes(): readonly TransformNote[] {
      return [
        ...explained,
        ...(widely > 0 ? [{message: 'columns kept by the rule `*`, not by name', count: widely}] : []),
        ...changes.flatMap(({column, change}) => change.notes().map(note => ({column, ...note}))),
      ];
    },
  };
}

/** Brings rows into their outgoing arrangement, in place; null when they have it already. */
function arranger(width: number, from: readonly number[], fills: readonly Value[]): ((rows: Row[]) => void) | null {
  const filled = from.flatMap((position, i) => (position === -1 ? [i] : []));
  // Read whole and nothing dropped: every value is in its place, constants overwrite theirs.
  if (from.length === width && from.every((position, i) => position === i || position === -1)) {
    if (filled.length === 0) return null;
    return rows => {
      for (const row of rows) for (const i of filled) row[i] = fills[i]!;
    };
  }
  // Values that only move towards the front can be moved without a second array.
  if (from.every((position, i) => position >= i && (i === 0 || position > from[i - 1]!))) {
    return rows => {
      for (const row of rows) {
        for (let i = 0; i < from.length; i++) row[i] = row[from[i]!]!;
        row.length = from.length;
      }
    };
  }
  return rows => {
    for (let r = 0; r < rows.length; r++) {
      const row = rows[r]!;
      const next = new Array<Value>(from.length);
      for (let i = 0; i < from.length; i++) next[i] = from[i] === -1 ? fills[i]! : row[from[i]!]!;
      rows[r] = next;
    }
  };
}

function need(at: ReadonlyMap<string, number>, column: string): number {
  const position = at.get(column);
  if (position === undefined) throw new Error(`column ${column} is needed and was not read`);
  return position;
}

const explanation = ({reason, decidedBy}: ColumnDecision): string =>
  `${reason === undefined ? '' : `: ${reason}`}${decidedBy === undefined ? '' : ` (decided by ${decidedBy})`}`;

function effectOf(decision: ColumnDecision): ColumnEffect[] {
  const {column, treatment, use} = decision;
  if (treatment.kind === 'keep') return [];
  const method = use === null ? 'not in the policy' : `${use.text}${explanation(decision)}`;
  const effect = treatment.kind === 'drop' ? 'dropped' : treatment.kind === 'fill' && treatment.value === null ? 'blanked' : 'changed';
  return [{column, effect, method}];
}
