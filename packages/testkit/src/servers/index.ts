export {MissingServerError, server, startPrivateServer, startServers, type StartedServers} from './server.ts';
export {freshDatabase, type TestDatabase} from './database.ts';
export {serverKinds, type PrivateServer, type ServerKind, type ServerOptions, type TestServer} from './types.ts';
export {hasOpenssl, makeCertificate} from './certificate.ts';
export {findInstallation, type Installation} from './installation.ts';
export {startPostgres18, type Postgres18} from './postgres-18.ts';
export {startFerretdb, type Ferretdb} from './ferretdb.ts';
export {installDebianPackages} from './debian.ts';
export type {WireCollection} from './mongo-collections.ts';
export {startMongoWire, type MongoWire, type MongoWireOptions, type WireCommand, type WireFault} from './mongo-wire.ts';
// A package of its own, as a demonstration runs it, too.
export {rowIdOf, SodaTable, startSoda, type SodaCells, type SodaColumn, type SodaFault, type SodaOptions, type SodaRequest, type SodaServer, type SodaTableOptions, type SodaTopic} from '@sluice/soda-server';
