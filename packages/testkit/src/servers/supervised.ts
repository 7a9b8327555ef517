import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {openSync, closeSync} from 'node:fs';
import {createInterface} from 'node:readline';

/** A program that cannot outlive this process, however this process ends. It does not keep this process alive. */
export interface Supervised {
  readonly pid: number;
  isRunning(): boolean;
  /** Resolves with the exit code when the program has ended, for whatever reason; keeps this process alive until then. */
  ended(): Promise<number>;
  /** Ends the program at once, as `kill -9`, or as another signal asks it to; resolves when it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

// Starts the program, prints its process id, and waits for its end or for the end of standard input. The latter happens when the process that
// started this one is gone, even by SIGKILL: then the program is killed and, once it is really gone, its folder removed.
// The reader says which of the two it was: it ends by itself with 0, or by the signal that the other side sends it.
// Removed twice: an initialiser is a script, and what it started may write for another moment.
const supervisor = `
folder=$1; log=$2; shift 2
exec 3<&0
"$@" </dev/null >>"$log" 2>&1 3<&- &
pid=$!
echo "$pid"
exec >/dev/null 2>&1
( read -r _ <&3; trap '' TERM; kill -9 "$pid"; exit 0 ) &
reader=$!
exec 3<&-
wait "$pid"
code=$?
kill "$reader"
wait "$reader" && { rm -rf "$folder"; sleep 2; rm -rf "$folder"; }
exit "$code"
`;

/**
 * Starts a program with its output in a log file. `folder` is removed when this process ends before the program does.
 * It runs in a session of its own: Ctrl-C reaches this process only, which then decides.
 */
export async function supervise(command: readonly string[], {folder, log}: {readonly folder: string; readonly log: string}): Promise<Supervised> {
  closeSync(openSync(log, 'a'));
  const child = spawn('/bin/sh', ['-c', supervisor, 'supervisor', folder, log, ...command], {detached: true, stdio: ['pipe', 'pipe', 'ignore']});
  const exited = once(child, 'exit').then(([code]) => Number(code ?? 1));
  const ended = () => {
    child.ref();
    return exited;
  };
  child.unref();
  const [line] = await once(createInterface({input: child.stdout}), 'line') as [string];
  child.stdout.destroy();
  const pid = Number(line);
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => {
    if (!isRunning()) return;
    process.kill(pid, signal);
    await ended();
  };
  return {pid, isRunning, ended, kill};
}
