// Runs whole commands, alternating, and reports each one's seconds and peak memory, and ratios pair by pair:
// on a machine whose speed drifts, only ratios of neighbouring runs mean anything.
import {spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';

/** Peak resident memory of a living process in MB, from the kernel's own high-water mark; 0 where there is no /proc. */
function peakMb(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Processor seconds of a living process so far, all threads, from the kernel (100 ticks a second); 0 where there is no /proc. */
function cpuSeconds(pid) {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13);
    return (Number(user) + Number(system)) / 100;
  } catch {
    return 0;
  }
}

/** Runs one command to its end. Rejects with its last lines when it fails. */
export function runOnce({command, args, env, label}) {
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint();
    const child = spawn(command, args, {stdio: ['ignore', 'pipe', 'pipe'], env: {...process.env, ...env}});
    let tail = '', out = '', peak = 0, cpu = 0;
    child.stdout.on('data', chunk => { out = (out + chunk).slice(-1_000_000); });
    child.stderr.on('data', chunk => { tail = (tail + chunk).slice(-2000); });
    // Both only grow, so a slow poll misses nothing but the last moments.
    const poll = setInterval(() => {
      peak = Math.max(peak, peakMb(child.pid));
      cpu = Math.max(cpu, cpuSeconds(child.pid));
    }, 25);
    child.on('error', reject);
    child.on('close', code => {
      clearInterval(poll);
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      if (code === 0) resolve({seconds, cpuSeconds: cpu, peakMemoryMb: peak, out});
      else reject(new Error(`${label} ended with ${code}: ${tail || out.slice(-2000)}`));
    });
  });
}

/** Runs the candidates in turn, `rounds` times after one warm-up round, with `before` ahead of each run; what `after` finds goes to the run. */
export async function alternate(candidates, {rounds, log, before = async () => {}, after = async () => ({})}) {
  const runs = new Map(candidates.map(({name}) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const candidate of candidates) {
      await before(candidate);
      const ran = await runOnce({...candidate, label: candidate.name});
      const result = {...ran, ...await after(candidate, ran)};
      log(`${round === 0 ? 'warm-up' : `round ${round}/${rounds}`}  ${candidate.name.padEnd(28)} ${result.seconds.toFixed(2)} s  ${result.peakMemoryMb.toFixed(0)} MB`);
      if (round > 0) runs.get(candidate.name).push(result);
    }
  }
  return runs;
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted.length % 2 ? sorted[(sorted.length - 1) / 2] : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
}

export const secondsOf = runs => median(runs.map(run => run.seconds));
export const peakOf = runs => Math.max(...runs.map(run => run.peakMemoryMb));

/** The median of the ratios of neighbouring runs, of the time that passed or of what the processor did: `cpuSeconds` is steadier when others work, too. */
export function ratio(runs, base, of = 'seconds') {
  return median(runs.map((run, i) => run[of] / base[i][of]));
}
