import {didYouMean, suggest, type OptionDescription} from '@sluice/config';
import type {Problem} from '@sluice/core';
import yargs from 'yargs';
import {showCommandLine} from './command-line.ts';
import type {Command, CommandBody, Program} from './command.ts';
import {usageError} from './failure.ts';
import {globalOptions} from './global-options.ts';
import {positionName} from './help.ts';

export interface Flags {
  /** By option name, as `decode` takes them. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly configFile: string | undefined;
  readonly logFolder: string | undefined;
  readonly quiet: boolean;
}

/** Parses the words of one command. Throws CONFIG with every problem that flags themselves can have: unknown, twice, without a value, too many words. */
export async function parseFlags(
  program: Program, command: Command, body: CommandBody, options: readonly OptionDescription[], argv: readonly string[],
): Promise<Flags> {
  const flagged = options.filter(({flag}) => flag !== undefined);
  const parser = yargs([...argv])
    .exitProcess(false).help(false).version(false).locale('en')
    // Texts stay texts, and names are what was typed: what they mean is decided by the specification.
    .parserConfiguration({
      'camel-case-expansion': false, 'dot-notation': false, 'parse-positional-numbers': false, 'strip-aliased': true,
      'short-option-groups': false, 'greedy-arrays': false,
    });
  for (const {flag, alias, kind} of flagged) {
    parser.option(flag!, {...(alias && {alias}), ...(kind === 'boolean' ? {type: 'boolean'} : {type: 'string', nargs: 1})});
  }
  for (const {flag, alias, value} of globalOptions) {
    parser.option(flag, {...(alias && {alias}), ...(value === undefined ? {type: 'boolean'} : {type: 'string', nargs: 1})});
  }
  const help = `${program.name} ${command.name} --help`;
  parser.fail((message: string | null, error?: Error) => {
    const [, flag] = /following: (.+)$/.exec(message ?? error?.message ?? '') ?? [];
    if (flag === undefined && error) throw error;
    throw usageError(flag === undefined ? 'the command line cannot be read' : `${dashed(flag)} wants a value`, help);
  });

  const parsed = await parser.parseAsync() as Readonly<Record<string, unknown>> & {readonly _: readonly (string | number)[]};
  const {_: words, $0: _program, ...given} = parsed;
  const problems: Problem[] = [];
  let correction = help;

  const known = [...flagged.map(({flag}) => flag!), ...globalOptions.map(({flag}) => flag as string)];
  const seen: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!known.includes(name)) {
      problems.push({message: `unknown option ${dashed(name)}${didYouMean(name, known).replace(/mean (\S+)\?$/, 'mean --$1?')}`});
      const meant = suggest(name, known);
      if (meant !== undefined) correction = corrected(program, options, argv, name, meant);
      continue;
    }
    seen[name] = value;
  }
  const result: Record<string, unknown> = {};
  for (const {key, flag, kind} of flagged) {
    const value = seen[flag!];
    if (Array.isArray(value) && kind !== 'list') {
      if (kind === 'boolean') result[key] = value.at(-1);
      else problems.push({message: `--${flag} is given ${value.length} times`});
    } else if (value !== undefined) result[key] = value;
  }
  const positionals = body.positionals ?? [];
  // A command that is named stands first among the words; the default one need not be named.
  const rest = words.map(String).slice(named(command, words.map(String)));
  const tail = positionals.at(-1);
  // A list in the last place takes all words that are left.
  const takesAll = tail !== undefined && options.some(({key, kind}) => key === tail && kind === 'list');
  const places: readonly (string | readonly string[])[] = takesAll && rest.length >= positionals.length
    ? [...rest.slice(0, positionals.length - 1), rest.slice(positionals.length - 1)] : rest;
  places.forEach((word, i) => {
    const key = positionals[i];
    if (key === undefined) return;
    if (result[key] !== undefined) problems.push({message: `${positionName(key, [])} is given twice: by its place and by its flag`});
    else result[key] = word;
  });
  if (places.length > positionals.length) {
    const names = positionals.map(key => positionName(key, options)).join(' ');
    problems.push({message: `${places.length - positionals.length} words too many: ${program.name} ${command.name} takes ${names === '' ? 'options only' : names}`});
  }
  if (problems.length > 0) {
    throw usageError(problems.length === 1 ? problems[0]!.message : `${problems.length} problems on the command line`, correction, problems);
  }
  const on = (flag: string) => [seen[flag]].flat().at(-1) === true;
  const last = (flag: string) => [seen[flag]].flat().at(-1) as string | undefined;
  return {options: result, configFile: last('config'), logFolder: last('log-folder'), quiet: on('quiet')};
}

/** How many of the first words name the command. */
function named({name, aliases = []}: Command, words: readonly string[]): number {
  return [name, ...aliases].map(one => one.split(' ')).find(parts => parts.every((part, i) => words[i] === part))?.length ?? 0;
}

const dashed = (name: string) => `${name.length === 1 ? '-' : '--'}${name}`;

/** The command line with the flag put right. */
function corrected(program: Program, options: readonly OptionDescription[], argv: readonly string[], wrong: string, right: string): string {
  return showCommandLine(program.name, argv.map(word => {
    const match = /^--?([^=]+)(=.*)?$/s.exec(word);
    return match?.[1] === wrong ? `--${right}${match[2] ?? ''}` : word;
  }), options);
}
