export {MemoryDatabase} from './database.ts';
export type {MemoryDatabaseOptions, MemoryTable} from './database.ts';
export {MemoryDestination} from './destination.ts';
export {MemorySource} from './source.ts';
