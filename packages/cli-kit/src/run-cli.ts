import type {Program} from './command.ts';
import {programHelp} from './help.ts';
import {scan} from './arguments.ts';

/**
 * Runs a program with the arguments of this process, prints, and ends the process with its exit
 * code: 0 ok, 1 failed, 2 usage or configuration, 3 partial, 130 interrupted.
 *
 * `refusal`: what is wrong with the arguments, when the program itself found something: a usage error.
 *
 * This much is loaded at once; the argument parser, the logger and the command follow when they
 * are needed, so that `--help` is there in a moment.
 */
export async function runCli(program: Program, argv: readonly string[] = process.argv.slice(2), {refusal}: {readonly refusal?: string | undefined} = {}): Promise<void> {
  const seen = scan(argv, program);
  const {name, version} = program;
  if (seen.version) return print(seen.json ? json('sluice.version/1', {tool: {name, version}}) : `${name} ${version}\n`);
  if (seen.help) {
    const columns = Math.min(100, process.stdout.columns || 80);
    const text = seen.command ? await helpOf(seen.command) : programHelp(program, columns);
    return print(seen.json ? json('sluice.help/1', {tool: {name, version}, text}) : text);

    async function helpOf(command: NonNullable<typeof seen.command>): Promise<string> {
      const [body, {describeOptions}, {commandHelp}] = await Promise.all([command.load(), import('@sluice/config'), import('./help.ts')]);
      return commandHelp(program, command, body, describeOptions(body.config), columns);
    }
  }
  const {execute} = await import('./execute.ts');
  await execute(program, argv, seen, refusal);
}

function print(text: string): void {
  // A reader that has had enough (`| head`) is not an error.
  process.stdout.on('error', () => {});
  process.stdout.write(text);
}

const json = (format: string, fields: object) => `${JSON.stringify({format, ...fields})}\n`;
