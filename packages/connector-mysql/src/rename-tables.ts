import {quoteIdentifier} from '@sluice/sql';

/**
 * Puts other table names into a view's SQL as these servers print it: every identifier in
 * backticks, a table's columns as `` `table`.`column` ``. An identifier that also serves as an alias
 * stays as it is, because what it means depends on the place.
 */
export function renameTables(sql: string, names: ReadonlyMap<string, string>): string {
  const tokens = Array.from(sql.matchAll(/'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"\\]|""|\\[\s\S])*"|`(?:[^`]|``)*`|[a-z_]+|\s+|[\s\S]/gi), match => match[0]);
  const solid = tokens.flatMap((token, i) => /^\s+$/.test(token) ? [] : [i]);
  const name = (token: string | undefined) => token?.startsWith('`') ? token.slice(1, -1).replaceAll('``', '`') : null;

  // A name right behind another identifier, or behind AS, is an alias: of a table or of a column.
  const aliases = new Set<string>();
  solid.forEach((at, k) => {
    const own = name(tokens[at]);
    const before = k > 0 ? tokens[solid[k - 1]!] : undefined;
    if (own !== null && before?.startsWith('`')) aliases.add(own);
  });
  return tokens.map((token, at) => {
    const own = name(token);
    if (own === null || aliases.has(own)) return token;
    const target = names.get(own);
    if (target === undefined || target === own) return token;
    const k = solid.indexOf(at);
    const before = (tokens[solid[k - 1] ?? -1] ?? '').toLowerCase();
    const after = tokens[solid[k + 1] ?? -1];
    const isQualifier = after === '.';
    const isTable = before === 'from' || before === 'join' || before === '(' || before === ',' || before === 'straight_join';
    // Behind a comma or a parenthesis also columns stand, but only qualified ones: the servers print no others in a view.
    return before !== '.' && (isQualifier || isTable) ? quoteIdentifier('mysql', target) : token;
  }).join('');
}
