import {readFileSync} from 'node:fs';

const {version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {version: string};

/** What reports and locks call this program. */
export const tool = {name: 'socrata-gather', version} as const;
