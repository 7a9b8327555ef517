import type {Config} from './define-config.ts';
import {expectation} from './expectation.ts';
import {describeOptions} from './flags.ts';

/** The reference page of a component, as Markdown; generated, never edited. */
export function markdownOf(config: Config): string {
  const options = describeOptions(config);
  const section = (title: string, advanced: boolean) => {
    const rows = options.filter(option => option.advanced === advanced);
    if (rows.length === 0) return [];
    return [
      ...(title === '' ? [] : [`## ${title}`, '']),
      '| option | flag | variable | value | default | |',
      '|---|---|---|---|---|---|',
      ...rows.map(option => [
        '', code(option.key),
        option.flag === undefined ? '' : code(`--${option.flag}${option.alias === undefined ? '' : `, -${option.alias}`}`),
        option.env === undefined ? '' : code(option.env),
        cell(option.secret ? 'text, kept secret' : expectation(option.schema) ?? 'any'),
        option.required ? '**required**' : option.default === undefined ? '' : code(option.default === '' ? "''" : option.default),
        `${cell(option.describe)}${option.details === undefined ? '' : ` ${cell(option.details)}`}${option.example === undefined || option.secret ? '' : ` Example: ${code(option.example)}`}`,
        '',
      ].join(' | ').trim()),
      '',
    ];
  };
  return [
    `# ${config.name}`, '', config.summary, '',
    'A flag wins over a variable, a variable over the configuration file, the file over the default.', '',
    ...section('', false), ...section('Advanced', true),
  ].join('\n');
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (text: string) => `\`${cell(text)}\``;
