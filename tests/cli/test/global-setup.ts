import {execFileSync} from 'node:child_process';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';

interface Talk { readonly stdout?: string; readonly stderr?: string }

const root = join(import.meta.dirname, '../../..');

/** Builds the programs and all they are made of, once before the tests. */
export function setup(): void {
  const compiler = createRequire(join(root, 'package.json')).resolve('typescript/package.json');
  try {
    execFileSync(process.execPath, [join(dirname(compiler), 'bin/tsc'), '-b', 'apps/sluice', 'apps/mysql-to-sqlite', 'apps/mongo-to-psql', 'apps/socrata-gather'], {cwd: root, encoding: 'utf8', stdio: 'pipe'});
    // They start from their bundles, as everybody's do.
    execFileSync(process.execPath, [join(root, 'tools/bundle.mjs')], {cwd: root, encoding: 'utf8', stdio: 'pipe'});
  } catch (error) {
    throw new Error(`the programs do not build:\n${[(error as Talk).stdout, (error as Talk).stderr].join('\n')}`, {cause: error});
  }
}
