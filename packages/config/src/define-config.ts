import type {Secret} from '@sluice/core';
import type {z} from 'zod';

/** What an option is called, outside and inside, and what help and reference pages say of it. */
export interface OptionMeta {
  /** One sentence: what it decides. */
  readonly describe: string;
  /** What else there is to say, in sentences: on the reference page and in the JSON Schema, not in `--help`. */
  readonly details?: string;
  /** The flag without dashes; default: the option's name in kebab-case. False: there is none. */
  readonly flag?: string | false;
  /** A second, usually one-letter flag without dash. */
  readonly alias?: string;
  /** The environment variable; default: prefix and name, `SLUICE_BATCH_ROWS`. False: there is none. */
  readonly env?: string | false;
  /** A value as a person would write it, for the reference page. */
  readonly example?: string;
  /** What help calls the value: `FILE`, `PATTERN,...`. */
  readonly value?: string;
  /** The text becomes a `Secret`; it is never printed, also not in problems. */
  readonly secret?: true;
  /** Of a list: a text is one item, its commas are part of it; several items are given one by one. */
  readonly whole?: true;
  /** Left out of `--help`; kept on the reference page. */
  readonly advanced?: true;
}

export interface Option<S extends z.ZodType = z.ZodType, Hidden extends boolean = boolean> {
  readonly schema: S;
  readonly meta: OptionMeta;
  readonly hidden: Hidden;
}

export type Options = Readonly<Record<string, Option>>;

/** One component's specification: everything else in this package is derived from it. */
export interface Config<O extends Options = Options> {
  readonly name: string;
  readonly summary: string;
  readonly options: O;
  readonly prefix: string;
  /** Keys of its file that belong to others who read the same one: they are passed over. */
  readonly passedOver?: readonly string[];
}

/** The decoded configuration: defaults filled in, deeply frozen. */
export type Resolved<C extends Config> = {
  readonly [K in keyof C['options']]: C['options'][K] extends Option<infer S, infer Hidden> ? Value<z.output<S>, Hidden> : never;
};

type Value<T, Hidden> = Hidden extends true ? (T extends string ? Secret : T) : T;

/** Describes one option: a zod schema of its value (default included) and its names. */
export function option<S extends z.ZodType, const M extends OptionMeta>(
  schema: S, meta: M,
): Option<S, M extends {readonly secret: true} ? true : false> {
  return {schema, meta, hidden: (meta.secret === true) as M extends {readonly secret: true} ? true : false};
}

/**
 * Describes a component's configuration. `name` is for people; option names are in camelCase and
 * are the keys of configuration files. `prefix` starts its environment variables. `passedOver`: keys of
 * its file that mean something to others only, and are neither read nor checked here.
 */
export function defineConfig<O extends Options>(name: string, summary: string, options: O, {prefix = 'SLUICE', passedOver = []}: {readonly prefix?: string; readonly passedOver?: readonly string[]} = {}): Config<O> {
  return Object.freeze({name, summary, options: Object.freeze({...options}), prefix, passedOver});
}
