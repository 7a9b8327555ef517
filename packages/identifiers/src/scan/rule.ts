import type {Kind} from '../classes.ts';
import {before} from './around.ts';
import type {Find} from './spans.ts';

/**
 * One rule of the pattern scanner. `pattern` is global and linear: every repetition in it is bounded, none is inside another unless a separator that the inner one cannot
 * match parts them, and a look-behind keeps it from starting again inside what it has just refused.
 */
export interface PatternRule {
  readonly name: string;
  readonly kind: Kind;
  readonly pattern: RegExp;
  readonly score: number;
  /** What has to stand right before, ending in `$`; it is shown the 64 units before a match. A look-behind in the pattern would be tried at every position of the text. */
  readonly lead?: RegExp;
  /** Looks at a candidate in its surroundings: false refuses it; a number is its score instead; a find is what to take instead. Without it every match counts. */
  readonly accept?: (match: RegExpExecArray, text: string) => boolean | number | Partial<Find>;
}

/** Runs rules over a text. */
export function applyRules(rules: readonly PatternRule[], text: string): Find[] {
  const finds: Find[] = [];
  for (const rule of rules) {
    const {pattern} = rule;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      if (rule.lead !== undefined && !rule.lead.test(before(text, match.index, 64))) continue;
      const verdict = rule.accept?.(match, text) ?? true;
      if (verdict === false) continue;
      const find = {start: match.index, end: match.index + match[0].length, kind: rule.kind, rule: rule.name, score: rule.score};
      if (typeof verdict === 'number') finds.push({...find, score: verdict});
      else if (verdict === true) finds.push(find);
      else {
        finds.push({...find, ...verdict});
        // What a rule took further than its pattern is not looked at again.
        if (verdict.end !== undefined && verdict.end > pattern.lastIndex) pattern.lastIndex = verdict.end;
      }
    }
  }
  return finds;
}
