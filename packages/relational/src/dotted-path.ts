import {pathName} from './flatten-overflow.ts';

/** Names of fields with dots between them, and a backslash before dots that are in a name. */
export const dottedPath = (names: readonly string[]): string => names.map(pathName).join('.');
