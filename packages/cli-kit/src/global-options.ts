/** Options of every command. `--config` is for those that have options a file can give; `logFolder` is a key of the file, too. */
export const globalOptions = [
  {flag: 'config', value: 'FILE', alias: undefined, describe: 'Read options from a YAML or JSON file; flags and variables win. [SLUICE_CONFIG]'},
  {flag: 'log-folder', value: 'FOLDER', alias: undefined, describe: 'Keep logs there: debug, daily, error, breakdown; one file a day. [SLUICE_LOG_FOLDER]'},
  {flag: 'json', value: undefined, alias: undefined, describe: 'Print one JSON document on standard output, all else on standard error.'},
  {flag: 'quiet', value: undefined, alias: 'q', describe: 'Say warnings and errors only.'},
  {flag: 'verbose', value: undefined, alias: 'v', describe: 'Say more, and where errors come from.'},
  {flag: 'version', value: undefined, alias: undefined, describe: 'Print the version.'},
  {flag: 'help', value: undefined, alias: 'h', describe: 'Print this.'},
] as const;
