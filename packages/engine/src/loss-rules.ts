import {ErrorCode, isNamePattern, namePattern, PipelineError, type LossRule, type Problem} from '@sluice/core';

/** One rule as a person declared it: `quarantine`, `visits.day=text`, `*.note=null`. */
export interface DeclaredLoss {
  /** As it was written. */
  readonly text: string;
  readonly rule: LossRule;
  /** Whether it speaks of a column; names are those that are written, after transforms. */
  matches(table: string, column: string): boolean;
  /** It names one column, without wildcards: then it has to be possible there. */
  readonly isExact: boolean;
  /** It speaks of all columns, and need not match any. */
  readonly isGeneral: boolean;
}

const RULES: readonly LossRule[] = ['fail', 'null', 'text', 'quarantine'];
const isRule = (text: string): text is LossRule => RULES.some(rule => rule === text);

/**
 * Reads rules in the order in which they count: `RULE` for every column, `TABLE.COLUMN=RULE` for those that
 * match; `*` and `?` are wildcards, and a backslash takes the next character as it is. The table ends at the
 * last dot without one. Throws CONFIG with every one that is none.
 */
export function parseLossRules(texts: readonly string[]): readonly DeclaredLoss[] {
  const problems: Problem[] = [];
  const declared: DeclaredLoss[] = [];
  for (const text of texts) {
    const read = readRule(text);
    if (typeof read === 'string') problems.push({path: text, message: read});
    else declared.push(read);
  }
  if (problems.length > 0) {
    throw new PipelineError(ErrorCode.CONFIG, `no rule for losses: ${problems.map(({path, message}) => `${path}: ${message}`).join('; ')}`, {
      problems, remedy: "a rule is fail, null, text or quarantine, alone or as in 'visits.day=text' and '*.note=null'",
    });
  }
  return declared;
}

/** A rule for one column as a command line takes it, in quotes: what its names have of wildcards, commas and dots stands for itself. */
export function lossRuleFlag(table: string, column: string, rule: LossRule): string {
  const literal = (name: string, special: RegExp) => name.replace(special, '\\$&');
  return `'${`${literal(table, /[\\*?,]/gu)}.${literal(column, /[\\*?,.]/gu)}=${rule}`.replaceAll("'", "'\\''")}'`;
}

/** The rule, or what is wrong with it. */
function readRule(text: string): DeclaredLoss | string {
  const at = text.lastIndexOf('=');
  const word = text.slice(at + 1).trim();
  if (!isRule(word)) return `the rule has to be ${RULES.join(', ')}`;
  if (at < 0) return {text, rule: word, matches: () => true, isExact: false, isGeneral: true};
  const pattern = text.slice(0, at).trim();
  const dot = lastDot(pattern);
  if (dot < 1 || dot === pattern.length - 1) return 'the column has to be named with its table, as in visits.day or *.day';
  const table = namePattern(pattern.slice(0, dot));
  const column = namePattern(pattern.slice(dot + 1));
  return {text, rule: word, matches: (ofTable, name) => table(ofTable) && column(name), isExact: !isNamePattern(pattern), isGeneral: false};
}

/** The place of the last dot that no backslash stands before; -1 for none. */
function lastDot(pattern: string): number {
  let found = -1;
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === '.') found = i;
  }
  return found;
}
