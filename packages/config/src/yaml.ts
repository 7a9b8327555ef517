import {createRequire} from 'node:module';

let loaded: typeof import('yaml') | undefined;

/** The YAML library, loaded with the first text that is parsed: its 70 modules are a tenth of a start, and most runs read no file. */
export const yaml = (): typeof import('yaml') => loaded ??= createRequire(import.meta.url)('yaml') as typeof import('yaml');
