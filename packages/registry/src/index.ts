export {connectorFor, openDestination, openQuerier, openSource, schemes} from './registry.ts';
