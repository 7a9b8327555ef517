/** The superseded program's flags, as commands. */
const commands: Readonly<Record<string, string>> = {'-a': 'bulk', '-u': 'update', '-t': 'tables', '-changed': 'changed'};

const flagsIn = (argv: readonly string[]) => Object.keys(commands).filter(name => argv.includes(name));

/** A command line with the old flag in the new words; any other is returned as it is. */
export function translateOldFlags(argv: readonly string[]): readonly string[] {
  const [flag] = flagsIn(argv);
  return flag === undefined ? argv : [commands[flag]!, ...argv.filter(word => word !== flag)];
}

/** What is wrong with several old flags at once: there one silently won over the others. */
export function conflictOfOldFlags(argv: readonly string[]): string | undefined {
  const flags = flagsIn(argv);
  return flags.length < 2 ? undefined : `${flags.slice(0, -1).join(', ')} and ${flags.at(-1)!} exclude each other`;
}
