import type {Installation} from './installation.ts';
import {mongodbRecipe} from './recipe-mongodb.ts';
import {mysqlRecipe} from './recipe-mysql.ts';
import {postgresRecipe} from './recipe-postgres.ts';
import type {ServerKind, TestServer} from './types.ts';

/** The folder of one server. */
export interface Paths {
  readonly folder: string;
  readonly data: string;
  readonly temporary: string;
  readonly log: string;
  /** What `Recipe.secret` says, readable by the server alone. */
  readonly secret: string;
}

/** Whom the server runs as; without `uid` as this process. */
export interface Account {
  readonly name?: string;
  readonly uid?: number;
  readonly gid?: number;
}

/** How one kind of server is initialised and started; everything else is the same for all. */
export interface Recipe {
  readonly user: string;
  /** Accounts to which root hands the server, the first that exists; `required`: it refuses to run as root. */
  readonly accounts: {readonly names: readonly string[]; readonly required: boolean};
  /** The file that gives `user` its password. */
  secret(password: string): string;
  /** With `primary` as a standby of it. */
  initialize(installation: Installation, paths: Paths, account: Account, primary?: TestServer): readonly string[];
  start(installation: Installation, paths: Paths, account: Account, port: number, options: readonly string[]): readonly string[];
  socket(paths: Paths): string | null;
  url(port: number, password: string): string;
  /** Asks it to end at once without leaving processes behind; what a kill may leave ends by itself a moment later. */
  readonly stopSignal: NodeJS.Signals;
  /** A start that failed because the processes of a killed server were not gone yet: a moment later it works. */
  readonly remnants: RegExp | null;
}

const recipes: Readonly<Record<ServerKind, Recipe>> = {mariadb: mysqlRecipe, mysql: mysqlRecipe, postgres: postgresRecipe, mongodb: mongodbRecipe};

export const recipeOf = (kind: ServerKind): Recipe => recipes[kind];
