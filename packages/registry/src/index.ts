export {connectorFor, openDestination, openSource, schemes} from './registry.ts';
