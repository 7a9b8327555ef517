// The texts and tables that the figures are taken on lie beside the project, not in it: `--data FOLDER`, or ../shared/data.
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

const beside = join(import.meta.dirname, '../../../shared/data');

/** The folder of one set, or null; what is not there is said aloud and goes into the report. */
export function developmentData(set, {data = beside, log, absent}) {
  const folder = join(data, 'deid', set);
  if (existsSync(folder)) return folder;
  log(`${set}: not measured, there is no deid/${set} in the data folder (say where with --data FOLDER)`);
  absent.push(`deid/${set}: no data`);
  return null;
}

export const jsonLines = file => readFileSync(file, 'utf8').split('\n').filter(line => line.trim() !== '').map(line => JSON.parse(line));

/** The rows of a small CSV file as objects: quoted fields, doubled quotes, no line breaks inside. */
export function csvRows(file) {
  const fields = line => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted === undefined ? plain : quoted.replaceAll('""', '"'));
  const [header, ...lines] = readFileSync(file, 'utf8').split(/\r?\n/).filter(line => line !== '').map(fields);
  return lines.map(line => Object.fromEntries(header.map((name, i) => [name, line[i] ?? ''])));
}
