// Who may import whom, as data. The first rule whose name fits a package is its rule. `*` stands for anything but a slash.
//
//   internal    the packages of this workspace that its src may import
//   external    the libraries of others that it may depend on; absent: any
//   drivers     how many libraries of others a connector may stand on
const shared = ['core', 'config', 'sql', 'csv-staging', 'checksum'];

export const layers = [
  {name: 'core', internal: [], external: []},
  {name: 'checksum', internal: ['core']},
  {name: 'verify', internal: ['core', 'checksum']},
  {name: 'engine', internal: ['core', 'checksum', 'verify']},
  {name: 'refresh', internal: ['core', 'checksum', 'verify', 'engine']},
  {name: 'job', internal: ['core', 'atomic-file', 'config', 'engine', 'refresh', 'registry', 'report', 'sql', 'state', 'verify'], external: []},
  {name: 'state', internal: ['core', 'atomic-file']},
  {name: 'cli-kit', internal: ['core', 'config']},
  {name: 'registry', internal: ['core', 'connector-*'], external: []},
  {name: 'soda-server', internal: [], external: []},
  {name: 'testkit', internal: ['core', 'checksum', 'soda-server']},
  {name: 'identifiers', internal: []},
  {name: 'bson', internal: ['core'], external: []},
  {name: 'relational', internal: ['core', 'bson', 'config'], external: []},
  {name: 'gazetteer', internal: [], external: []},
  {name: 'redact', internal: ['gazetteer', 'identifiers']},
  {name: 'release', internal: ['core', 'atomic-file', 'checksum', 'disclosure-risk', 'gazetteer', 'identifiers', 'redact', 'report']},
  {name: 'classify', internal: ['core', 'identifiers', 'gazetteer']},
  {name: 'transform-deidentify', internal: ['core', 'config', 'identifiers', 'gazetteer', 'redact', 'pseudonyms', 'disclosure-risk']},
  {name: 'replicate', internal: ['core', 'bson', 'relational'], external: []},
  {name: 'masking', internal: ['core', 'config', 'pseudonyms', 'transform-deidentify', 'release']},
  {name: 'transform-*', internal: ['core', 'config']},
  // COPY is a library of its own beside the driver.
  {name: 'connector-postgres', internal: shared, drivers: 2},
  {name: 'connector-mongodb', internal: [...shared, 'bson', 'relational'], drivers: 1},
  {name: 'connector-*', internal: shared, drivers: 1},
  // config, state, sql, csv-staging, report, and whatever comes: core only.
  {name: 'packages', internal: ['core']},
  // Programs put the packages together; only their tests may see testkit.
  {name: 'apps', internal: ['*'], except: ['testkit']},
  {name: 'tests', internal: ['*']},
  {name: 'bench', internal: ['*']},
];

/** Libraries that only these may depend on: a package that logs or parses arguments could not be used inside another program. */
export const reserved = {
  yargs: ['cli-kit', 'apps'],
  winston: ['cli-kit', 'apps'],
  vitest: ['testkit'],
};

/** Core has no I/O: no module of Node's either. */
export const withoutNode = ['core'];
