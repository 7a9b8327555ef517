export type {SodaFault, SodaTopic} from './faults.ts';
export {startSoda, type SodaOptions, type SodaRequest, type SodaServer} from './server.ts';
export {rowIdOf, SodaTable, type SodaCells, type SodaColumn, type SodaTableOptions} from './tables.ts';
