import {endpointUrl, option, z} from '@sluice/config';

const file = z.string().min(1).optional();
const names = z.array(z.string().min(1)).default([]);

/** Where documents come from. */
export const sourceOptions = {
  source: option(endpointUrl().optional(), {describe: 'The documents: mongodb://user@host/db.', details: 'Several hosts of a replica set are separated by commas.', value: 'URL', example: 'mongodb://reader@mongo.example/shop'}),
  configFile: option(file, {describe: 'The INI file of the superseded system.', details: 'Instead of URLs. Tables are named as there, unless `compat` is false.', env: false, value: 'FILE'}),
  passwordFile: option(file, {describe: "The source's password; or SLUICE_SOURCE_PASSWORD.", env: false, value: 'FILE'}),
};

/** Where tables go. */
export const targetOptions = {
  target: option(endpointUrl().optional(), {describe: 'The tables: postgresql://user@host/db.', details: 'With `?schema=name`; or mysql://user@host/db, sqlite:file.db.', value: 'URL', example: 'postgresql://loader@db.example/shop'}),
  psqlSection: option(z.string().min(1).default('psql'), {describe: 'The section of the INI file that names the target.', env: false, value: 'NAME', advanced: true}),
  targetPasswordFile: option(file, {describe: "The target's password; or SLUICE_DESTINATION_PASSWORD.", env: false, value: 'FILE'}),
};

/** How documents become tables. */
export const shapeOptions = {
  schemas: option(file, {describe: 'Schema files: a folder, or one file.', details: 'Absent: documents are looked at, and what was found is kept beside the state file.', value: 'PATH'}),
  collections: option(names, {describe: 'Only these collections; * is any text.', value: 'PATTERN,...'}),
  compat: option(z.boolean().optional(), {describe: 'Tables as the superseded system made them.', details: 'Default: with an INI file yes, otherwise no.'}),
  prefix: option(z.string().default(''), {describe: 'Before the name of every table.', value: 'TEXT'}),
};

/** How changes are told. */
export const feedOptions = {
  oplog: option(z.array(z.string().refine(text => /^[^.]+\..+$/.test(text), 'must be DATABASE.COLLECTION')).default(['local.oplog.rs']), {describe: 'The oplog; several are those of the shards.', value: 'DB.COLLECTION,...'}),
  oplogSource: option(z.array(endpointUrl()).default([]), {describe: 'Where it is, one for each shard.', details: 'Default: the source. Users and passwords stand in the URLs of the configuration file, best as `${NAME}`.', value: 'URL', whole: true}),
  changes: option(z.enum(['auto', 'streams', 'oplog']).default('auto'), {describe: 'auto: change streams where there are any, else the oplog.', value: 'WAY'}),
};

/** What may leave, and where runs are remembered. */
export const maskOptions = {
  policy: option(file, {describe: 'What may leave: columns, paths of JSON (YAML).', value: 'FILE'}),
};
export const stateOption = {
  state: option(z.string().min(1).default('.sluice/state.db'), {describe: 'Where runs are remembered.', value: 'FILE', advanced: true}),
};
