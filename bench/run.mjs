// npm run bench -- PROFILE [--json] [--rounds N] [--rows N] [--only PAIR,...] [--data FOLDER]
import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {machine} from './machine.mjs';

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {json: {type: 'boolean', default: false}, rounds: {type: 'string', default: '5'}, rows: {type: 'string'}, data: {type: 'string'}, only: {type: 'string'}},
});
const folder = join(import.meta.dirname, 'profiles');
const name = positionals[0] ?? '';
const file = join(folder, `${name}.mjs`);
if (!/^[a-z-]+$/.test(name) || !existsSync(file)) {
  console.error(`usage: npm run bench -- PROFILE [--json] [--rounds N] [--rows N] [--only PAIR,...] [--data FOLDER]\nprofiles: ${readdirSync(folder).map(f => f.replace('.mjs', '')).join(', ')}`);
  process.exit(2);
}
const {run} = await import(file);
const log = line => console.error(line);
try {
  const result = await run({log, rounds: Number(values.rounds), rows: values.rows === undefined ? undefined : Number(values.rows), data: values.data, only: values.only?.split(',')});
  const report = {profile: name, machine: machine(), ...result};
  if (values.json) console.log(JSON.stringify(report, null, 2));
  else {
    console.log(`\n${name} on ${report.machine.cpu}, ${report.machine.cores} cores, Node ${report.machine.node}`);
    const width = Math.max(34, ...[...Object.keys(report.seconds), ...Object.keys(report.ratios)].map(key => key.length));
    for (const [key, value] of Object.entries(report.figures ?? {})) console.log(`  ${key.padEnd(width)} ${value}`);
    for (const missing of report.absent ?? []) console.log(`  not measured: ${missing}`);
    for (const [key, value] of Object.entries(report.seconds)) console.log(`  ${key.padEnd(width)} ${value.toFixed(2)} s   ${(report.peakMemoryMb[key] ?? 0).toFixed(0)} MB`);
    for (const [key, value] of Object.entries(report.ratios)) console.log(`  ${key.padEnd(width)} ${value.toFixed(2)}`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
