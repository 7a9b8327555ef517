import * as nodeModule from 'node:module';
import {join} from 'node:path';

type Enable = (folder: string) => unknown;
/** From Node 22.1 on; Node 20 has none. */
const {enableCompileCache} = nodeModule as typeof nodeModule & {readonly enableCompileCache?: Enable};

/**
 * Lets Node keep the compiled code of all modules that are loaded from here on, in the cache folder of the user: a folder that
 * others may write to, as Node's default is, could bring in their code. Measured on Node 22 with 500 modules: 0.05 s of a
 * start of 0.34 s processor time. Does nothing where Node cannot, and never throws: a folder that cannot be
 * written only costs the time.
 */
export function cacheCompiledCode(env: Readonly<Record<string, string | undefined>> = process.env, enable: Enable | null = enableCompileCache ?? null): void {
  // Node's own variables win: it then has begun already, or was told not to.
  if (env['NODE_COMPILE_CACHE'] !== undefined || env['NODE_DISABLE_COMPILE_CACHE'] !== undefined) return;
  // Containers often run as a number without a home.
  const home = env['HOME'] ?? env['USERPROFILE'];
  const folder = env['XDG_CACHE_HOME'] ?? (home && join(home, '.cache'));
  if (folder) enable?.(join(folder, 'sluice', 'compiled'));
}
