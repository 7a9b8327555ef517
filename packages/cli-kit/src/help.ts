import type {OptionDescription} from '@sluice/config';
import type {Command, CommandBody, Example, Program} from './command.ts';
import {globalOptions} from './global-options.ts';

/** The help of a program: its commands and examples. Needs none of them loaded. */
export function programHelp(program: Program, columns = 80): string {
  const {name, summary, commands, notes = [], examples, defaultCommand} = program;
  return blocks([
    [summary],
    [`Usage: ${name} ${defaultCommand === undefined ? 'COMMAND' : '[COMMAND]'} [options]`],
    ['Commands:', ...table(commands.map(command =>
      [[command.name, ...command.aliases ?? []].join(', '), `${command.summary}${command.name === defaultCommand ? ' The default.' : ''}`]), columns)],
    ['Options:', ...table(globals(), columns)],
    notes.flatMap(note => wrap(note, columns)),
    exampleLines(examples, columns),
    [`${name} COMMAND --help says more.`],
  ]);
}

/** The help of one command: its options, with their variables and defaults, and its examples. */
export function commandHelp(program: Program, command: Command, body: CommandBody, options: readonly OptionDescription[], columns = 80): string {
  const positionals = body.positionals ?? [];
  const places = positionals.map(key => positionName(key, options));
  const shown = options.filter(({advanced, flag}) => !advanced && flag !== undefined);
  const hidden = options.length - shown.length;
  return blocks([
    [command.summary],
    [['Usage:', program.name, command.name, ...places, '[options]'].join(' ')],
    ...(shown.length > 0 ? [['Options:', ...table(shown.map(option => [flagText(option), describe(option)]), columns)]] : []),
    ['Common options:', ...table(globals(options.length > 0), columns),
      ...(hidden > 0 ? [`  ${hidden} more ${hidden === 1 ? 'option is' : 'options are'} on the reference page.`] : [])],
    exampleLines(body.examples, columns),
  ]);
}

/** What a positional is called: `SOURCE`, or `[SOURCE]` where it can be left out. */
export function positionName(key: string, options: readonly OptionDescription[]): string {
  const option = options.find(one => one.key === key);
  const name = key.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toUpperCase();
  // One that can come from elsewhere is still what a person would give here.
  return option?.required === false ? `[${name}]` : name;
}

function flagText({flag, alias, kind, value, default: fallback}: OptionDescription): string {
  const short = alias === undefined ? '' : `-${alias}, `;
  if (kind === 'boolean') return `${short}--${fallback === 'true' ? '[no-]' : ''}${flag}`;
  return `${short}--${flag} ${value}`;
}

function describe({describe: text, default: fallback, kind, env, required}: OptionDescription): string {
  const extras = [
    ...(required ? ['(required)'] : []),
    ...(kind === 'boolean' ? fallback === 'true' ? ['(default: yes)'] : [] : fallback === undefined || fallback === '' ? [] : [`(default: ${fallback})`]),
    ...(env === undefined ? [] : [`[${env}]`]),
  ];
  return [text, ...extras].join(' ');
}

const globals = (withConfig = true) => globalOptions
  .filter(({flag}) => withConfig || flag !== 'config')
  .map(({flag, alias, value, describe: text}) => [`${alias === undefined ? '' : `-${alias}, `}--${flag}${value === undefined ? '' : ` ${value}`}`, text] as const);

function exampleLines(examples: readonly Example[], columns: number): string[] {
  if (examples.length === 0) return [];
  return ['Examples:', ...examples.flatMap(({command, does}) => [`  ${command}`, ...wrap(does, columns - 6).map(line => `      ${line}`)])];
}

function table(rows: readonly (readonly string[])[], columns: number): string[] {
  const left = Math.min(28, Math.max(...rows.map(([name = '']) => name.length)));
  const indent = ' '.repeat(left + 4);
  return rows.flatMap(([name = '', text = '']) => {
    const [first = '', ...rest] = wrap(text, Math.max(30, columns - indent.length));
    const lines = rest.map(line => indent + line);
    return name.length > left ? [`  ${name}`, indent + first, ...lines] : [`  ${name.padEnd(left)}  ${first}`, ...lines];
  });
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

const blocks = (parts: readonly (readonly string[])[]) => `${parts.filter(part => part.length > 0).map(part => part.join('\n')).join('\n\n')}\n`;
