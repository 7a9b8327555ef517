import {ErrorCode, PipelineError, type Problem, Secret} from '@sluice/core';
import type {ConfigFile} from './config-file.ts';
import type {Config, Resolved} from './define-config.ts';
import {explain} from './explain.ts';
import {describeOptions, type OptionDescription} from './flags.ts';
import {freezeDeep} from './freeze.ts';
import {fromText, textual} from './from-text.ts';
import {didYouMean} from './suggest.ts';

/** The layers a configuration is merged from, strongest first; defaults come last. */
export interface Layers {
  /** By option name. Texts are turned into what the option wants; undefined is "not given". */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly file?: ConfigFile | undefined;
}

/**
 * Merges flags over environment over file over defaults, option by option (a list replaces a
 * list), and decodes the result. An empty variable counts as not set.
 *
 * Throws CONFIG with every problem of every option at once, each with the place it came from.
 */
export function decode<C extends Config>(config: C, layers: Layers): Resolved<C> {
  const problems: Problem[] = [];
  const resolved: Record<string, unknown> = {};
  const file = fileSection(config, layers.file, problems);
  for (const description of describeOptions(config)) {
    const {schema} = config.options[description.key]!;
    const given = pick(description, layers, file);
    const value = given.text ? fromText(given.value, description.kind, description.whole) : given.value;
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      for (const {path, message, ofKey} of explain(parsed.error.issues, value, description.schema)) {
        problems.push({path: given.place(path, ofKey ? 'key' : 'value'), message: value === undefined ? `is required: ${howToGive(description)}` : message});
      }
    } else {
      resolved[description.key] = description.secret && typeof parsed.data === 'string' ? new Secret(parsed.data) : freezeDeep(parsed.data);
    }
  }
  if (problems.length > 0) throw configError(problems, `the configuration of ${config.name}`);
  return Object.freeze(resolved) as Resolved<C>;
}

/** One problem is told in the message; several are listed. */
export function configError(problems: readonly Problem[], what: string): PipelineError {
  const [first] = problems;
  const message = problems.length === 1 && first
    ? `${first.path === undefined ? '' : `${first.path} `}${first.message}`
    : `${problems.length} problems in ${what}`;
  return new PipelineError(ErrorCode.CONFIG, message, {problems});
}

interface Given {
  readonly value: unknown;
  /** It is text that stands for a value of the option's kind. */
  readonly text: boolean;
  /** How to name the place of a problem inside the value. */
  place(path: readonly (string | number)[], of: 'value' | 'key'): string;
}

function pick(option: OptionDescription, {flags = {}, env = {}, file}: Layers, section: Readonly<Record<string, unknown>>): Given {
  const flag = flags[option.key];
  if (flag !== undefined) {
    return {value: flag, text: textual(flag), place: () => option.flag === undefined ? option.key : `--${option.flag}`};
  }
  const variable = option.env === undefined ? undefined : env[option.env];
  if (variable !== undefined && variable !== '') return {value: variable, text: true, place: () => option.env!};
  const value = section[option.key];
  return {
    value,
    text: false,
    place: (path, of) => file && value !== undefined ? file.place([option.key, ...path], of) : [option.key, ...path].join('.'),
  };
}

function howToGive({flag, env, value, key}: OptionDescription): string {
  const ways = [...(flag === undefined ? [] : [`--${flag}${value === undefined ? '' : ` ${value}`}`]), ...(env === undefined ? [] : [env]), `${key}: in the configuration file`];
  return `give ${ways.length === 1 ? ways[0] : `${ways.slice(0, -1).join(', ')} or ${ways.at(-1)}`}`;
}

function fileSection(config: Config, file: ConfigFile | undefined, problems: Problem[]): Readonly<Record<string, unknown>> {
  if (file === undefined || file.value === null) return {};
  if (typeof file.value !== 'object' || Array.isArray(file.value)) {
    problems.push({path: file.place([]), message: 'must be a section of keys and values'});
    return {};
  }
  const {passedOver = []} = config;
  const known = [...new Set([...Object.keys(config.options), ...passedOver])];
  for (const key of Object.keys(file.value)) {
    if (Object.hasOwn(config.options, key) || passedOver.includes(key)) continue;
    problems.push({path: file.place([key], 'key'), message: `is not a known key${didYouMean(key, known) || `; possible are ${known.join(', ')}`}`});
  }
  return file.value as Readonly<Record<string, unknown>>;
}
