/** The SQL dialects this package knows. `mariadb` shares everything with `mysql` that is decided here. */
export type DialectName = 'sqlite' | 'mysql' | 'mariadb' | 'postgres';

/** What differs between dialects in the shape of a token. */
export interface Dialect {
  readonly name: DialectName;
  /** The character around an identifier; doubled inside it. */
  readonly identifierQuote: '"' | '`';
  /** Whether a backslash in a string literal starts an escape (MySQL without NO_BACKSLASH_ESCAPES). */
  readonly backslashEscapes: boolean;
  /**
   * Most characters of an identifier; null when there is no limit (MySQL 9 manual, 11.2.1). PostgreSQL
   * counts bytes of UTF-8 instead (manual 4.1.1), so that up to 63 characters fit.
   */
  readonly maxIdentifierLength: number | null;
}

const mysql: Dialect = {name: 'mysql', identifierQuote: '`', backslashEscapes: true, maxIdentifierLength: 64};

export const dialects: Readonly<Record<DialectName, Dialect>> = {
  sqlite: {name: 'sqlite', identifierQuote: '"', backslashEscapes: false, maxIdentifierLength: null},
  mysql,
  mariadb: {...mysql, name: 'mariadb'},
  postgres: {name: 'postgres', identifierQuote: '"', backslashEscapes: false, maxIdentifierLength: 63},
};

/** The dialect of that name, or null when this package does not know it. */
export function dialectNamed(name: string): Dialect | null {
  return Object.hasOwn(dialects, name) ? dialects[name as DialectName] : null;
}
