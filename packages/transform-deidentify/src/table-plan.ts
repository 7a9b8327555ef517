import {type Batch, type ColumnEffect, type Omission, type Row, type Schema, type TransformNote, type TransformPlan, type Value} from '@sluice/core';
import type {Vault} from '@sluice/pseudonyms';
import type {Change, ChangeTreatment, ColumnTreatment, Grouped} from './methods/method.ts';
import {noTools, type MethodTools} from './methods/tools.ts';
import {Exactness, type MethodUse} from './policy.ts';
import {arranger} from './arrange-rows.ts';
import {changeSchema, type ColumnFate, type Joins} from './schema-changes.ts';

/** What becomes of one column, and who said so. */
export interface ColumnDecision {
  readonly column: string;
  readonly treatment: ColumnTreatment;
  /** Null: nobody decided, and the policy says what then. */
  readonly use: MethodUse | null;
  readonly exactness: Exactness | null;
  /** What the policy says the column is: a class or a kind of identifier; absent when it does not say. */
  readonly class?: string;
  readonly reason?: string;
  readonly decidedBy?: string;
}

/** A table as it will leave; the same whether or not columns that nobody needs were read. */
export interface DecidedTable {
  readonly source: Schema;
  readonly decisions: readonly ColumnDecision[];
  /** Columns that say whose row it is, in the order the policy gives; null when nobody said. */
  readonly subject: readonly string[] | null;
  readonly out: Schema;
  readonly omissions: readonly Omission[];
  readonly effects: readonly ColumnEffect[];
}

export function decidedTable(source: Schema, decided: readonly ColumnDecision[], joins: Joins, subject: readonly string[] | null = null): DecidedTable {
  const decisions = joinGroups(decided);
  const fates = decisions.map(({treatment}, i): ColumnFate => {
    switch (treatment.kind) {
      case 'keep': return {column: source.columns[i]!, changed: false, why: 'kept'};
      case 'drop': return {column: null, changed: true, why: 'left out'};
      case 'fill': return {column: treatment.column, changed: true, why: treatment.value === null ? 'blanked' : 'constant'};
      case 'change': return {column: treatment.column, changed: true, why: 'changed', ...(treatment.joins !== undefined && {joins: treatment.joins})};
    }
  });
  const {schema: out, omissions} = changeSchema(source, fates, joins);
  return {source, decisions, subject, out, omissions, effects: decisions.flatMap(effectOf)};
}

/** Lets columns that are planned together see each other. */
function joinGroups(decisions: readonly ColumnDecision[]): readonly ColumnDecision[] {
  const groups = new Map<string, ColumnDecision[]>();
  for (const decision of decisions) {
    const id = decision.treatment.kind === 'change' ? decision.treatment.group?.id : undefined;
    if (id === undefined) continue;
    const members = groups.get(id);
    if (members) members.push(decision);
    else groups.set(id, [decision]);
  }
  const joined = new Map<ColumnDecision, ColumnTreatment>();
  for (const members of groups.values()) {
    const grouped = members.map(({column, treatment}): Grouped => ({column, treatment: treatment as ChangeTreatment}));
    const treatments = grouped[0]!.treatment.group!.join(grouped);
    for (const [i, member] of members.entries()) joined.set(member, treatments[i]!);
  }
  return joined.size === 0 ? decisions : decisions.map(decision => ({...decision, treatment: joined.get(decision) ?? decision.treatment}));
}

/** A change at work: where its value stands in an outgoing row, and where the others it looks at were put aside. */
interface PlannedChange {
  readonly at: number;
  readonly column: string;
  readonly treatment: ChangeTreatment;
  readonly change: Change;
  /** Indexes into what was put aside. */
  readonly others: readonly number[];
}

/**
 * Plans the rows of a table that may come without columns whose values are not needed. Positions are
 * found here once; per batch there is at most one pass over rows and one for each changed column.
 * `tools` are those of the run, also where something was prepared; `dependsOn` are columns of any table,
 * besides those that treatments name, from which values here come.
 */
export function planRows(
  {decisions, out, omissions, effects}: DecidedTable, incoming: Schema, tools: MethodTools = noTools(), dependsOn: TransformPlan['dependsOn'] & object = [],
): TransformPlan {
  const at = new Map(incoming.columns.map(({name}, i) => [name, i]));
  const kept = decisions.filter(({treatment}) => treatment.kind !== 'drop');
  // Where each outgoing value comes from: a position, or -1 for a constant.
  const from = kept.map(({column, treatment}) => (treatment.kind === 'fill' ? -1 : need(at, column)));
  const fills: readonly Value[] = kept.map(({treatment}) => (treatment.kind === 'fill' ? treatment.value : null));
  const aside = new Aside(at);
  const changes = kept.flatMap(({column, treatment}, position): PlannedChange[] => treatment.kind !== 'change' ? []
    : [{at: position, column, treatment, change: treatment.start(tools), others: (treatment.with ?? []).map(name => aside.indexOf(name))}]);
  const arrange = arranger(incoming.columns.length, from, fills);
  const vault = changes.some(({treatment}) => treatment.usesVault) && !tools.comparing ? tools.vault : null;
  const explained = decisions.flatMap((decision): TransformNote[] => {
    const text = explanation(decision);
    return decision.treatment.kind === 'keep' && text !== '' ? [{column: decision.column, message: `kept${text}`, count: 0}] : [];
  });
  const widely = decisions.filter(({exactness, treatment}) => exactness === Exactness.all && treatment.kind === 'keep').length;
  const random = changes.flatMap(({column, treatment}) => (treatment.random ? [column] : []));
  const depends = [...dependsOn, ...changes.flatMap(({treatment}) => treatment.prepare?.dependsOn ?? [])];

  return {
    schema: out, omissions, effects,
    uses: [...new Set([...from.filter(position => position >= 0), ...aside.positions])].sort((a, b) => a - b),
    ...(random.length > 0 && {random}), ...(depends.length > 0 && {dependsOn: depends}),
    apply(batch: Batch): Batch {
      const {rows} = batch;
      aside.take(rows);
      arrange?.(rows);
      if (vault === null) for (const change of changes) applyChange(change, rows, aside);
      else inTransaction(vault, () => { for (const change of changes) applyChange(change, rows, aside); });
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

const nothing: Row = [];

function applyChange({at, change, others}: PlannedChange, rows: readonly Row[], aside: Aside): void {
  if (others.length === 0) {
    for (const row of rows) row[at] = change.of(row[at]!, nothing);
    return;
  }
  const columns = others.map(index => aside.values[index]!);
  const seen: Row = new Array<Value>(columns.length).fill(null);
  for (let r = 0; r < rows.length; r++) {
    for (let i = 0; i < columns.length; i++) seen[i] = columns[i]![r]!;
    const row = rows[r]!;
    row[at] = change.of(row[at]!, seen);
  }
}

/** Values of one batch that changes look at, as they were before anything was dropped or changed. */
class Aside {
  readonly #at: ReadonlyMap<string, number>;
  readonly #names: string[] = [];
  readonly positions: number[] = [];
  /** By column, then by row; at least as long as the batch. */
  readonly values: Value[][] = [];

  constructor(at: ReadonlyMap<string, number>) {
    this.#at = at;
  }

  indexOf(column: string): number {
    const known = this.#names.indexOf(column);
    if (known >= 0) return known;
    this.positions.push(need(this.#at, column));
    this.values.push([]);
    return this.#names.push(column) - 1;
  }

  take(rows: readonly Row[]): void {
    for (let i = 0; i < this.positions.length; i++) {
      const position = this.positions[i]!;
      const values = this.values[i]!;
      for (let r = 0; r < rows.length; r++) values[r] = rows[r]![position]!;
    }
  }
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

/** Pseudonyms of a batch are on the disk before its rows are handed on: nobody may get a row whose pseudonym is forgotten. */
function inTransaction(vault: Vault, work: () => void): void {
  vault.begin();
  try {
    work();
    vault.commit();
  } catch (error) {
    vault.rollback();
    throw error;
  }
}
