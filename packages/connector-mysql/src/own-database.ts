/**
 * Takes the qualifier of the view's own database out of its SQL, so that it works in a database of
 * another name: `` `db`.`t`.`a` `` becomes `` `t`.`a` ``. Text literals are left alone.
 */
export function withoutDatabase(sql: string, database: string): string {
  const own = `\`${database.replaceAll('`', '``')}\`.`;
  // Literals, identifiers, and everything between them: the server prints identifiers in backticks only.
  return sql.replace(/'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"\\]|""|\\[\s\S])*"|(`(?:[^`]|``)*`)(\.)?/g,
    (token: string, identifier: string | undefined, dot: string | undefined) =>
      identifier !== undefined && dot !== undefined && token === own ? '' : token);
}
