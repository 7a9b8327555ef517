export {sqlite} from './connector.ts';
export {SqliteDestination} from './destination.ts';
export type {SqliteDestinationOptions} from './destination.ts';
export {SqliteQuerier} from './querier.ts';
export {SqliteSource} from './source.ts';
export {affinityOf, ruleOf, typeRules} from './types.ts';
export type {Affinity, Storage, TypeRule} from './types.ts';
