import {once} from 'node:events';
import {writeSync} from 'node:fs';
import {decode, describeOptions, didYouMean, readConfigFile, redactText, redactUrl, suggest, withReferences, type ConfigFile} from '@sluice/config';
import {ErrorCode, PipelineError, type ReportedError} from '@sluice/core';
import type {Scan} from './arguments.ts';
import {showCommandLine, showsPassword} from './command-line.ts';
import type {Command, CommandBody, Outcome, Output, Program} from './command.ts';
import {exitCodeOfError, exitCodeOfReport, type ExitCode} from './exit-code.ts';
import {failedRun, type Ends} from './failed-run.ts';
import {failureText, loggedText, reported, stackText, usageError} from './failure.ts';
import {findLogFolder, withoutLogFolder} from './log-folder.ts';
import {createLogger, type RunLogger} from './logger.ts';
import {parseFlags, type Flags} from './parse-flags.ts';
import {printableJson} from './printable.ts';
import {createProgress, type Progress} from './progress.ts';
import {reportLines} from './report-lines.ts';
import {listenForSignals} from './signals.ts';
import {createTalk, showsUnicode, usesColor, type Talk} from './talk.ts';

/** Runs the command that the words ask for, prints what came of it, and ends the process. */
export async function execute(program: Program, argv: readonly string[], seen: Scan, refusal?: string): Promise<void> {
  const session = new Session(program, seen);
  await session.end(await session.run(argv, seen, refusal));
}

/** More than this many are not read by anybody. */
const MOST_WARNINGS = 20;

/** One command, from its words to the exit code. Whatever happens, it tells one thing once. */
class Session {
  readonly #program: Program;
  readonly #env = process.env;
  readonly #talk: Talk;
  readonly #writeOut: typeof process.stdout.write;
  readonly #json: boolean;
  readonly #verbose: boolean;
  readonly #started = performance.now();
  readonly #startedAt = new Date();
  /** The ends of the copy that the command runs; null before its options are known, undefined when it runs none. */
  #ends: Ends | null | undefined;
  #logger: RunLogger | undefined;
  #progress: Progress | undefined;
  #told = false;
  #lostOutput: Error | undefined;
  /** Nobody reads standard output any more, or nothing can be written to it. */
  #unread = false;

  constructor(program: Program, {json, verbose}: Scan) {
    this.#program = program;
    this.#json = json;
    this.#verbose = verbose;
    this.#talk = createTalk(process.stderr, this.#env);
    this.#writeOut = process.stdout.write.bind(process.stdout);
    process.stderr.on('error', () => {});
    process.stdout.on('error', error => {
      this.#unread = true;
      // A reader that has gone (`| head`, a closed terminal) is not an error of ours; a full disk is.
      if (!('code' in error) || error.code !== 'EPIPE') this.#lostOutput = error;
    });
    // With --json standard output holds one document, whatever a library thinks it has to print.
    if (json) process.stdout.write = process.stderr.write.bind(process.stderr);
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
      process.on(event, (error: unknown) => void this.end({exitCode: this.#fail(error, false)}));
    }
    // Nothing is left to wait for, and yet the command has not ended: it would be taken for a success.
    process.once('beforeExit', () => void this.end({exitCode: this.#fail(new Error('the event loop ran empty before the command had ended'), false)}));
  }

  async run(argv: readonly string[], seen: Scan, refusal?: string): Promise<{readonly exitCode: ExitCode}> {
    using signals = listenForSignals({
      onFirst: () => this.#talk.line('stopping; press Ctrl-C again to quit at once'),
      onSecond: () => this.#quit(),
    });
    try {
      if (refusal !== undefined) throw usageError(refusal, `${this.#program.name} --help`);
      const command = this.#commandOf(seen, argv);
      const body: CommandBody = await command.load();
      if (body.ends) this.#ends = null;
      const options = describeOptions(body.config);
      const flags = await parseFlags(this.#program, command, body, options, argv);
      const path = flags.configFile ?? (this.#env['SLUICE_CONFIG'] || undefined);
      const file = path === undefined ? undefined : await this.#readFile(path, signals.signal);
      const {name, version} = this.#program;
      const commandLine = showCommandLine(name, argv, options);
      const logFolder = findLogFolder({flag: flags.logFolder, env: this.#env, file});
      const logger = this.#logger = await createLogger({talk: this.#talk, verbose: this.#verbose, quiet: flags.quiet, logFolder, program: name});
      logger.record('info', `${name} ${version} starts: ${commandLine}`);
      if (showsPassword(argv)) {
        logger.warn('a password on the command line can be seen in the process list and the history of the shell; use a variable or a password file');
      }
      const config = this.#decode(command, body.config, flags, withoutLogFolder(file));
      this.#ends = body.ends?.(config) ?? undefined;
      this.#progress = createProgress(this.#talk, {silent: this.#json || flags.quiet, ...(this.#talk.isTerminal && {widthOf: (await import('string-width')).default})});
      const outcome = await body.run({
        config, signal: signals.signal, logger, out: this.#output(), progress: this.#progress.listen,
        json: this.#json, verbose: this.#verbose, quiet: flags.quiet, tool: {name, version}, commandLine, env: this.#env,
      });
      return {exitCode: this.#finish(outcome ?? {})};
    } catch (error) {
      return {exitCode: this.#fail(error, signals.signal.aborted)};
    }
  }

  /** Prints what is still to be printed, and ends the process: a forgotten timer or socket must not keep it. */
  async end({exitCode}: {readonly exitCode: ExitCode}): Promise<never> {
    this.#progress?.end();
    this.#logger?.record('info', `ended with exit code ${exitCode} after ${((performance.now() - this.#started) / 1000).toFixed(1)} s`);
    await this.#logger?.[Symbol.asyncDispose]();
    // By the stream's own way: with --json `write` of standard output leads elsewhere. A socket takes its time.
    const ways = [[process.stdout, this.#writeOut], [process.stderr, process.stderr.write.bind(process.stderr)]] as const;
    await Promise.all(ways.map(([stream, write]) => new Promise<void>(resolve => {
      if (stream.destroyed || !stream.writable) resolve();
      else write('', () => resolve());
    })));
    if (this.#lostOutput && exitCode === 0) {
      this.#talk.line(failureText({code: ErrorCode.WRITE, message: `standard output cannot be written (${'code' in this.#lostOutput ? String(this.#lostOutput.code) : 'unknown error'})`}, this.#talk.paint));
      process.exit(1);
    }
    process.exit(exitCode);
  }

  async #readFile(path: string, signal: AbortSignal): Promise<ConfigFile> {
    const file = await readConfigFile(path, signal);
    return this.#program.references ? withReferences(file, this.#env) : file;
  }

  #commandOf({command, word}: Scan, argv: readonly string[]): Command {
    const {commands, defaultCommand, name} = this.#program;
    const fallback = commands.find(one => one.name === defaultCommand);
    if (command) return command;
    const names = commands.flatMap(one => [one.name, ...one.aliases ?? []]);
    if (word === undefined) {
      if (fallback) return fallback;
      throw usageError(`no command is given; possible are ${commands.map(one => one.name).join(', ')}`, `${name} --help`);
    }
    const group = commands.filter(one => one.name.startsWith(`${word} `)).map(one => one.name);
    if (group.length > 0) throw usageError(`${word} is the first word of ${group.join(', ')}`, `${name} ${group[0]} --help`);
    const meant = suggest(word, names);
    if (fallback && meant === undefined) return fallback;
    const [first = '', ...second] = word.split(' ');
    const right = meant === undefined ? `${name} --help`
      : showCommandLine(name, argv.flatMap(one => one === first ? meant.split(' ') : one === second[0] ? [] : [one]));
    throw usageError(`unknown command ${redactUrl(word)}${didYouMean(word, names)}`, right);
  }

  #decode(command: Command, config: Parameters<typeof decode>[0], flags: Flags, file: ConfigFile | undefined) {
    try {
      return decode(config, {flags: flags.options, env: this.#env, file});
    } catch (error) {
      if (!(error instanceof PipelineError) || error.remedy !== undefined) throw error;
      throw usageError(error.message, `${this.#program.name} ${command.name} --help`, error.problems);
    }
  }

  #output(): Output {
    const {stdout} = process;
    const write = (text: string): boolean => {
      if (this.#json) {
        this.#talk.line(text.replace(/\n$/, ''));
        return true;
      }
      this.#talk.status(null);
      return this.#writeOut(text);
    };
    return {
      write: text => void write(text),
      stream: async (text, signal) => {
        signal.throwIfAborted();
        if (!this.#unread && !write(text)) await roomIn(stdout, signal);
        return !this.#unread;
      },
      color: usesColor(this.#json ? process.stderr : stdout, this.#env),
      columns: stdout.columns || 80,
      unicode: showsUnicode(this.#env),
      isTerminal: Boolean(stdout.isTTY),
    };
  }

  #finish({report, document, exitCode, cause}: Outcome): ExitCode {
    this.#progress?.end();
    const code = exitCode ?? (report ? exitCodeOfReport(report) : 0);
    const error = report?.error ?? report?.tables.find(table => table.error)?.error;
    if (code !== 0 && error) this.#talk.line(failureText(error, this.#talk.paint));
    this.#warn(report?.warnings ?? []);
    if (report) for (const {level, message} of reportLines(report)) this.#logger?.record(level, message);
    if (code !== 0) this.#logger?.record(code === 130 ? 'warn' : 'breakdown', error ? loggedText(error) : `the command ended with exit code ${code}`);
    if (cause !== undefined) this.#logger?.record('debug', stackText(cause));
    if (cause !== undefined && this.#verbose) this.#talk.line(stackText(cause));
    this.#print(report ?? document ?? {format: 'sluice.result/1', tool: this.#tool(), status: code === 0 ? 'ok' : 'failed', exitCode: code});
    return code;
  }

  /** What the report warns of must not stand in it alone: with --quiet and in a nightly run nobody looks there. */
  #warn(warnings: readonly string[]): void {
    const each = [...new Set(warnings)];
    for (const warning of each.slice(0, MOST_WARNINGS)) this.#logger?.warn(warning);
    if (each.length > MOST_WARNINGS) this.#logger?.warn(`${each.length - MOST_WARNINGS} more warnings are in the report`);
  }

  #fail(error: unknown, interrupted: boolean): ExitCode {
    this.#progress?.end();
    const stopped = interrupted && !(error instanceof PipelineError);
    const code = interrupted ? 130 : exitCodeOfError(error);
    const told = stopped ? {code: 'SLUICE_INTERRUPTED' as const, message: 'stopped on request'} : reported(error);
    if (this.#told) return code;
    this.#talk.line(stopped ? 'stopped on request' : failureText(reported(error), this.#talk.paint));
    this.#logger?.record(interrupted ? 'warn' : 'breakdown', stopped ? 'stopped on request' : loggedText(reported(error)));
    this.#logger?.record('debug', stackText(error));
    if (this.#verbose) this.#talk.line(stackText(error));
    this.#print(this.#failure(told, code));
    return code;
  }

  /** What a command without a report of its own says with `--json`. */
  #failure(error: ReportedError | {readonly code: 'SLUICE_INTERRUPTED'; readonly message: string}, exitCode: ExitCode): object {
    const tool = this.#tool();
    const interrupted = exitCode === 130;
    if (this.#ends === undefined) return {format: 'sluice.failure/1', tool, status: interrupted ? 'interrupted' : 'failed', exitCode, error};
    const seconds = Math.round(performance.now() - this.#started) / 1000;
    return failedRun({tool, ends: this.#ends, startedAt: this.#startedAt, seconds, interrupted, ...(error.code !== 'SLUICE_INTERRUPTED' && {error})});
  }

  #print(document: object): void {
    if (this.#told) return;
    this.#told = true;
    if (this.#json) this.#writeOut(`${toJson(document)}\n`);
  }

  /** The second Ctrl-C: nothing is awaited any more. */
  #quit(): never {
    this.#talk.status(null);
    quickly(2, 'quit at once\n');
    if (this.#json && !this.#told) {
      const document = this.#failure({code: 'SLUICE_INTERRUPTED', message: 'quit at once on request'}, 130);
      quickly(1, `${toJson(document)}\n`);
    }
    process.exit(130);
  }

  #tool() {
    const {name, version} = this.#program;
    return {name, version};
  }
}

/** Resolves when a stream takes more, or will take nothing any more. Rejects when aborted. */
async function roomIn(stream: NodeJS.WriteStream, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const until = {signal: AbortSignal.any([signal, done.signal])};
  // What went wrong with it is told by its own listener; standard output is never closed.
  await Promise.race(['drain', 'error'].map(event => once(stream, event, until).catch(() => {})));
  done.abort();
  signal.throwIfAborted();
}

/** Writes without waiting: when the reader is gone or does not read, that is all right. */
function quickly(descriptor: 1 | 2, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {
    // Quitting does not wait for it.
  }
}

/**
 * A document may hold integers beyond 2^53: JSON has no limit, JavaScript's writer has. And what is
 * said in it passes the same guard against passwords as what is said on standard error.
 */
const toJson = (document: object) => printableJson(JSON.stringify(document, (key, value: unknown) =>
  typeof value === 'bigint' ? value.toString() : typeof value === 'string' && spoken.has(key) ? redactText(value) : value, 2));
const spoken = new Set(['message', 'remedy', 'label']);
