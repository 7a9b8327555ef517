/**
 * Takes `_utf8mb4` from in front of text literals: our connections speak utf8mb4 anyway. MySQL puts
 * it into every expression it stores, and MariaDB's reader then loses its way at an escaped quote.
 */
export function withoutIntroducers(sql: string): string {
  return sql.replace(/'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"\\]|""|\\[\s\S])*"|`(?:[^`]|``)*`|(?<![\w$])_utf8mb[34]\s*(?=')/gi,
    token => token.startsWith('_') ? '' : token);
}
