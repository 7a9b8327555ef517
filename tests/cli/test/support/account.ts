import {randomBytes} from 'node:crypto';
import type {Database} from './database.ts';

/** A user of the server; disposing removes it. */
export interface Account extends AsyncDisposable {
  readonly user: string;
  readonly password: string;
  /** A URL of the database for this user: with the password, or with whatever is given instead, or without one. */
  url(password?: string | null): string;
}

/** Makes a user with these privileges on the database, e.g. `['SELECT ON db.*']`; in them `DB` stands for its name. */
export async function makeAccount(database: Database, grants: readonly string[], {prefix = 'u', password = randomBytes(12).toString('hex')} = {}): Promise<Account> {
  const user = `${prefix}${randomBytes(4).toString('hex')}`;
  const account = `'${user.replaceAll("'", "''")}'@'%'`;
  await database.run(`CREATE USER ${account} IDENTIFIED BY '${password.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`);
  for (const grant of grants) await database.run(`GRANT ${grant.replaceAll('DB.', `\`${database.name}\`.`)} TO ${account}`);
  return {
    user, password,
    url(given = password) {
      const url = new URL(database.url);
      const login = encodeURIComponent(user) + (given === null ? '' : `:${encodeURIComponent(given)}`);
      return `mysql://${login}@${url.host}${url.pathname}`;
    },
    [Symbol.asyncDispose]: () => database.run(`DROP USER IF EXISTS ${account}`),
  };
}
