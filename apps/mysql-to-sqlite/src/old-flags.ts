/** The superseded program's flags, as commands, in the order in which they won over each other there. */
const commands: Readonly<Record<string, string>> = {'-a': 'bulk', '-u': 'update', '-t': 'tables', '-changed': 'changed'};

/** A command line with the old flags in the new words; any other is returned as it is. */
export function translateOldFlags(argv: readonly string[]): readonly string[] {
  const flag = Object.keys(commands).find(name => argv.includes(name));
  return flag === undefined ? argv : [commands[flag]!, ...argv.filter(word => word !== flag)];
}
