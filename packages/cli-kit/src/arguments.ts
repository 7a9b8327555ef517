import type {Command, Program} from './command.ts';
import {globalOptions} from './global-options.ts';

/** What can be told of a command line without knowing any command's options. */
export interface Scan {
  readonly help: boolean;
  readonly version: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
  /** The first word that is no flag, whether or not it names a command; with the second one when it is the first of a command of two words. */
  readonly word: string | undefined;
  readonly command: Command | undefined;
}

/** Looks for what must work whatever else is wrong, and cheaply. */
export function scan(argv: readonly string[], program: Program): Scan {
  const end = argv.indexOf('--');
  const before = end < 0 ? argv : argv.slice(0, end);
  const given = (...names: string[]) => before.some(word => names.includes(word));
  const [first, second] = before.filter((one, i) => !one.startsWith('-') && !valued.has(before[i - 1] ?? ''));
  const isGroup = first !== undefined && program.commands.some(({name}) => name.startsWith(`${first} `));
  const word = isGroup && second !== undefined ? `${first} ${second}` : first;
  return {
    help: given('--help', '-h'),
    version: given('--version'),
    json: given('--json', '--json=true'),
    verbose: given('--verbose', '-v'),
    word,
    command: word === undefined ? undefined : program.commands.find(({name, aliases}) => name === word || aliases?.includes(word)),
  };
}

const valued: ReadonlySet<string> = new Set(globalOptions.flatMap(({flag, value}) => value === undefined ? [] : [`--${flag}`]));
