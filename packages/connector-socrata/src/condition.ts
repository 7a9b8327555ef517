import {ErrorCode, PipelineError} from '@sluice/core';

const TOKEN = /\s+|'(?:[^']|'')*'|`[^`]*`|--|\/\*|\|>|[A-Za-z_:@][\w:@]*|\d[\w.]*|./suy;
/** Words that begin another part of a query. A column of such a name stands between backticks. */
const CLAUSES: readonly string[] = ['select', 'distinct', 'from', 'where', 'group', 'having', 'order', 'limit', 'offset', 'search', 'join', 'union', 'intersect', 'minus', 'with', 'hint'];

/**
 * Why a text cannot stand between parentheses as one expression of SoQL; null when it can: it neither ends them, nor the query, nor begins
 * another part of it. What the expression means is left to the portal.
 */
export function conditionProblem(soql: string): string | null {
  let depth = 0;
  let isEmpty = true;
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < soql.length;) {
    const token = TOKEN.exec(soql)?.[0] ?? '';
    if (/^\s/.test(token)) continue;
    isEmpty = false;
    if (token === '--' || token === '/*') return 'it has a comment';
    if (token === ';' || token === '|>') return `it has ${token === ';' ? 'a semicolon' : '|>'}, and is to be one expression`;
    if (token === '"') return 'it has a double quote: texts stand between single ones, names between backticks';
    if (token === "'" || token === '`') return 'it has a quote without its end';
    if (CLAUSES.includes(token.toLowerCase())) return `it has the word ${token.toUpperCase()}, which begins another part of a query; a column of that name stands between backticks`;
    if (token === '(') depth++;
    else if (token === ')' && --depth < 0) return 'it closes a parenthesis that it does not open';
  }
  if (isEmpty) return 'it is empty';
  return depth === 0 ? null : 'it opens a parenthesis that it does not close';
}

/** Throws CONFIG for a condition that cannot be one. */
export function checkedCondition(where: string | undefined): string | null {
  if (where === undefined) return null;
  const problem = conditionProblem(where);
  if (problem !== null) throw new PipelineError(ErrorCode.CONFIG, `the condition cannot be used: ${problem}`);
  return where;
}
