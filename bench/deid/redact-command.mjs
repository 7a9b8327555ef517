// Short texts a second through `sluice redact --jsonl`, start-up counted out.
import {spawn} from 'node:child_process';
import {createReadStream, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {cleanTexts, identifyingTexts} from '@sluice/testkit/deidentification';
import {median} from '../measure.mjs';

/** Resolves with the seconds and the lines of a run that reads `file` on its standard input. */
function redactFile(cli, file) {
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint();
    const child = spawn(process.execPath, [cli, 'redact', '--jsonl'], {stdio: ['pipe', 'pipe', 'pipe']});
    let lines = 0, tail = '';
    child.stdout.on('data', chunk => { for (const byte of chunk) if (byte === 10) lines++; });
    child.stderr.on('data', chunk => { tail = (tail + chunk).slice(-2000); });
    child.on('error', reject);
    // A command that ends early closes its input: its own message says why.
    child.stdin.on('error', () => {});
    createReadStream(file).pipe(child.stdin);
    child.on('close', code => {
      if (code === 0) resolve({seconds: Number(process.hrtime.bigint() - started) / 1e9, lines});
      else reject(new Error(`sluice redact --jsonl ended with ${code}: ${tail}`));
    });
  });
}

/** So many lines, made of the short texts of this project over and over: a quarter identifies, as queries and forms do. */
function write(file, count) {
  const short = [...identifyingTexts, ...cleanTexts].map(({text}) => text).filter(text => text.length < 300);
  writeFileSync(file, Array.from({length: count}, (_, i) => `${JSON.stringify({id: String(i), text: `${short[i % short.length]} (${i})`})}\n`).join(''));
}

export async function redactCommand(cli, folder, {rounds, log}) {
  const many = join(folder, 'many.jsonl'), one = join(folder, 'one.jsonl'), count = 10_000;
  write(many, count);
  write(one, 1);
  const rates = [], starts = [];
  for (let round = 0; round <= rounds; round++) {
    const [short, long] = [await redactFile(cli, one), await redactFile(cli, many)];
    if (long.lines !== count) throw new Error(`sluice redact --jsonl wrote ${long.lines} lines for ${count}`);
    log(`${round === 0 ? 'warm-up' : `round ${round}/${rounds}`}  redact --jsonl  ${long.seconds.toFixed(2)} s, one line ${short.seconds.toFixed(2)} s`);
    if (round === 0) continue;
    rates.push(count / (long.seconds - short.seconds));
    starts.push(short.seconds);
  }
  return {texts: count, textsPerSecond: median(rates), startSeconds: median(starts)};
}
