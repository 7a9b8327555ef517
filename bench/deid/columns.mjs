// Which columns `sluice inspect` proposes as identifiers, against a gold written by hand.
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {runOnce} from '../measure.mjs';
import {developmentData} from './development-data.mjs';

const gold = JSON.parse(readFileSync(join(import.meta.dirname, '../data/synthea-csv-columns.json'), 'utf8'));
const isIdentifier = name => /^[A-R]$/.test(name);

/**
 * The gold names every class that a privacy officer could accept, the best one first. A column is an identifier when all
 * of them are, or when the first is; it is missed when what is proposed is neither accepted nor an identifier.
 */
export function judge(proposals) {
  const proposed = new Map(proposals.map(({table, column, class: name}) => [`${table}.${column}`, name]));
  const result = {columns: 0, right: 0, identifiers: 0, found: 0, foundWithClass: 0, harmless: 0, falseAlarms: 0, wrong: []};
  for (const [table, columns] of Object.entries(gold)) {
    for (const [column, accepted] of Object.entries(columns)) {
      const name = proposed.get(`${table}.${column}`) ?? 'none';
      result.columns++;
      if (accepted.includes(name)) result.right++;
      else result.wrong.push({table, column, accepted, proposed: name});
      if (isIdentifier(accepted[0])) {
        result.identifiers++;
        if (isIdentifier(name) || accepted.includes(name)) result.found++;
        if (accepted.includes(name)) result.foundWithClass++;
      } else if (!accepted.some(isIdentifier)) {
        result.harmless++;
        if (isIdentifier(name)) result.falseAlarms++;
      }
    }
  }
  return result;
}

export async function columns(cli, options) {
  const folder = developmentData('synthea-csv', options);
  if (folder === null) return null;
  const {out, seconds} = await runOnce({label: 'inspect', command: process.execPath, args: [cli, 'inspect', `csv:${folder}/`, '--json'], env: {}});
  return {seconds, ...judge(JSON.parse(out))};
}
