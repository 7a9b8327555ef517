import type {Column, Judge, LossRule, LossRules, Problem, Schema, Witness} from '@sluice/core';
import type {DeclaredLoss} from './loss-rules.ts';

/** What becomes of values that the destination cannot hold. */
export interface LossRequest {
  /** In the order in which they count: of each column the first one that matches and is possible there. */
  readonly declared: readonly DeclaredLoss[];
  /** What a column of the source may hold by its type. */
  mayHold(column: Column): readonly Witness[];
}

/** The rules as they meet the columns that are written. */
export interface PlannedLosses {
  /** Whether there is a rule but `fail` for any column. */
  readonly declared: boolean;
  readonly rules: LossRules;
  /** Columns that are made as text, by table, with what their own type could not do; null: a rule names the column. */
  readonly asText: ReadonlyMap<string, ReadonlyMap<string, string | null>>;
}

export const noLosses: PlannedLosses = {declared: false, rules: new Map(), asText: new Map()};

/**
 * Finds the rule of every column. A rule that names one column and is not possible there is a problem, as is one
 * that matches none; in patterns it is passed over, and the next one counts. `judge`: null when the destination
 * cannot tell what it holds; then only columns that are named become text.
 */
export function planLosses({declared, mayHold}: LossRequest, tables: readonly Schema[], judge: Judge | null): PlannedLosses & {readonly problems: readonly Problem[]} {
  const rules = new Map<string, Map<string, 'null' | 'quarantine'>>();
  const asText = new Map<string, Map<string, string | null>>();
  const problems: Problem[] = [];
  const unmatched = new Set(declared.filter(({isGeneral}) => !isGeneral));
  for (const schema of tables) {
    const {table} = schema;
    const ruleOf = new Map<string, 'null' | 'quarantine'>();
    const textOf = new Map<string, string | null>();
    for (const column of schema.columns) {
      const matching = declared.filter(({matches}) => matches(table, column.name));
      for (const one of matching) unmatched.delete(one);
      for (const {rule, isExact} of matching) {
        const impossible = rule === 'null' ? whyNoNull(schema, column) : rule === 'text' ? whyNoText(column) : null;
        if (impossible !== null) {
          if (isExact) problems.push({path: `${table}.${column.name}`, message: `${rule} cannot be its rule for losses: ${impossible}`});
          continue;
        }
        if (rule === 'text') {
          const reason = refusedOf(table, column, mayHold(column), judge);
          if (reason === null && !isExact) continue;
          textOf.set(column.name, reason);
        } else if (rule !== 'fail') {
          ruleOf.set(column.name, rule);
        }
        break;
      }
    }
    if (ruleOf.size > 0) rules.set(table, ruleOf);
    if (textOf.size > 0) asText.set(table, textOf);
  }
  for (const {text} of unmatched) problems.push({path: text, message: 'this rule for losses matches no column that is written'});
  return {declared: rules.size + asText.size > 0, rules, asText, problems};
}

/** Rules that let a copy go on which a column refuses something. `refusesNull`: NULL is among it, which as text is NULL still. */
export function possibleRules(schema: Schema, column: Column, refusesNull: boolean): readonly Exclude<LossRule, 'fail'>[] {
  return refusesNull ? ['quarantine'] : [...(whyNoText(column) === null ? ['text' as const] : []), ...(whyNoNull(schema, column) === null ? ['null' as const] : []), 'quarantine'];
}

function whyNoNull({primaryKey}: Schema, {name, nullable}: Column): string | null {
  return primaryKey.includes(name) ? 'it is part of the primary key, which holds no NULL' : nullable ? null : 'it allows no NULL';
}

/** What is not text already, and has one canonical text. */
function whyNoText({type}: Column): string | null {
  return type === 'text' ? 'it is text already' : type === 'bytes' ? 'bytes are no text' : type === 'any' ? 'its values have no type' : null;
}

/** Why the destination refuses something that the column may hold; null when it refuses nothing, or nobody can tell. */
function refusedOf(table: string, column: Column, witnesses: readonly Witness[], judge: Judge | null): string | null {
  for (const {trait, value} of witnesses) {
    const verdict = trait === 'NULL' ? null : judge?.(table, column.name, value) ?? null;
    if (verdict !== null && 'refused' in verdict) return verdict.refused;
  }
  return null;
}
