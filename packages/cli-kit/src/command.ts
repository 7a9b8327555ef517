import type {Config, Resolved} from '@sluice/config';
import type {Logger, RunReport} from '@sluice/core';
import type {ExitCode} from './exit-code.ts';
import type {Ends} from './failed-run.ts';
import type {ProgressListener} from './progress.ts';

/** A command line as a person would type it, and what it does. */
export interface Example {
  readonly command: string;
  readonly does: string;
}

/** A program and what `--help` says of it. Plain data: nothing heavy is loaded to print it. */
export interface Program {
  readonly name: string;
  readonly version: string;
  /** One sentence. */
  readonly summary: string;
  readonly commands: readonly Command[];
  /** The command that runs when none is named. */
  readonly defaultCommand?: string;
  readonly examples: readonly Example[];
  /** Lines for the end of the program's help, before the examples. */
  readonly notes?: readonly string[];
  /** Texts of its configuration file may name variables: `${NAME}`. */
  readonly references?: true;
}

export interface Command {
  /** One word, or two (`policy check`): of a group of commands. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One sentence. */
  readonly summary: string;
  /** Imports what the command needs; called only when it runs, or its own help is asked for. */
  load(): Promise<CommandBody>;
}

export interface CommandBody<C extends Config = Config> {
  readonly config: C;
  /** Options that may be given by position, in this order. Their flags work as well. */
  readonly positionals?: readonly (keyof C['options'] & string)[];
  /** Three real ones. */
  readonly examples: readonly Example[];
  /**
   * For commands that run copies: both ends; null when this run copies nothing. With it `--json` prints a
   * run report also when the command fails before a run has one: nothing but a copy is to be told apart.
   */
  readonly ends?: (config: Resolved<C>) => Ends | null;
  /** Resolves with what came of it. Whatever it throws is told in one sentence. */
  run(context: CommandContext<Resolved<C>>): Promise<Outcome | void>;
}

/** What a command may know of the world. */
export interface CommandContext<Options = unknown> {
  readonly config: Options;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** To standard error. */
  readonly logger: Logger;
  /** Standard output: data only. With `--json` what is written here goes to standard error. */
  readonly out: Output;
  readonly progress: ProgressListener;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly tool: {readonly name: string; readonly version: string};
  /** The command line, passwords taken out: for locks and reports. */
  readonly commandLine: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Output {
  write(text: string): void;
  /**
   * Writes and waits until there is room for more: for output without end. With `--json` as `write`.
   * Resolves with false when nobody reads any more. Rejects when aborted.
   */
  stream(text: string, signal: AbortSignal): Promise<boolean>;
  /** Whether to use colours: on a terminal, unless NO_COLOR is set. */
  readonly color: boolean;
  /** Columns of the terminal, 80 where there is none. */
  readonly columns: number;
  /** Whether more than ASCII can be shown. */
  readonly unicode: boolean;
  /** Otherwise a program or a file gets it, which have room for any line. */
  readonly isTerminal: boolean;
}

/** What came of a command. Nothing at all means all is well. */
export interface Outcome {
  /** Printed with `--json`; decides the exit code, and its error is told. */
  readonly report?: RunReport;
  /** Printed with `--json` by commands that have no report. */
  readonly document?: object;
  /** For commands that have no report; default 0. */
  readonly exitCode?: ExitCode;
  /** The error behind a failed report, for `--verbose`. */
  readonly cause?: unknown;
}

/** Gives `run` the type of its configuration, and forgets it afterwards: programs hold commands of all kinds. */
export function defineCommand<C extends Config>(body: CommandBody<C>): CommandBody {
  // Sound: `execute` decodes by the very config that stands beside `run`.
  return body as unknown as CommandBody;
}
