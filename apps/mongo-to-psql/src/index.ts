export {fileConfig} from './config-schema.ts';
export {decodeOldConfig, loadOldConfig} from './config/old-config.ts';
export type {OldConfig} from './config/old-config.ts';
export {parseIni} from './config/parse-ini.ts';
export type {Ini, IniValue} from './config/parse-ini.ts';
