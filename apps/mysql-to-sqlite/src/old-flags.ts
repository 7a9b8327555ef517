/** The superseded program's flags, as commands. `-a` won over all others there, whatever their order. */
const commands: Readonly<Record<string, string>> = {'-a': 'bulk'};

/** A command line with the old flags in the new words; any other is returned as it is. */
export function translateOldFlags(argv: readonly string[]): readonly string[] {
  const flag = Object.keys(commands).find(name => argv.includes(name));
  return flag === undefined ? argv : [commands[flag]!, ...argv.filter(word => word !== flag)];
}
