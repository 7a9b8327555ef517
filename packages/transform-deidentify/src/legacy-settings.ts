import {createHash} from 'node:crypto';
import {configError, decodeFile, parseConfig, readConfigFile, type ConfigFile} from '@sluice/config';
import {namePattern, type Problem} from '@sluice/core';
import {z} from 'zod';
import {methodUse} from './method-use.ts';
import {Exactness, nothingMore, type ColumnRule, type Policy, type TableRule} from './policy.ts';

const name = z.string().min(1);
const excluded = 'tables_we_dont_want_anything_to_do_with';
const sanitized = 'tables_to_sanitize';

const settings = z.looseObject({
  [excluded]: z.array(name),
  [sanitized]: z.record(name, z.union([z.literal('all'), z.literal('drop'), z.array(name)])),
});

/** Read by the age transform. */
const ofStudy = ['known_phases', 'empty_equivs', 'dob_keys'];
const dead = ['diagnostic_logfile', 'tables_logfile', 'errors_logfile', 'collab_db_conn', 'wtp_data_conn'];

/**
 * Reads the rules of a `db_exporter_settings.json`. What is not listed is allowed; a rule that is
 * for nothing in the database is a problem when the policy is checked. Throws CONFIG with every problem at once.
 */
export async function loadLegacySettings(path: string, signal?: AbortSignal): Promise<Policy> {
  return decodeSettings(await readConfigFile(path, signal));
}

/** The same for text; `path` is what problems call it. */
export function parseLegacySettings(text: string, path = 'db_exporter_settings.json'): Policy {
  return decodeSettings(parseConfig(text, path, 'json'));
}

function decodeSettings(file: ConfigFile): Policy {
  const {[excluded]: patterns, [sanitized]: tables, ...rest} = decodeFile(file, settings);
  const problems: Problem[] = [];
  const warnings = Object.keys(rest).filter(key => !ofStudy.includes(key)).map(key =>
    `${file.place([key], 'key')}: ${dead.includes(key) ? 'has no effect any more' : 'is not a known key and has no effect'}`);

  for (const [i, pattern] of patterns.entries()) if (patterns.indexOf(pattern) < i) warnings.push(`${file.place([excluded, i])}: ${pattern} is there already`);
  for (const [table, rule] of Object.entries(tables)) {
    if (typeof rule === 'string') continue;
    if (rule.length === 0) warnings.push(`${file.place([sanitized, table], 'key')}: an empty list takes out nothing of ${table}`);
    for (const [i, column] of rule.entries()) {
      if (rule.findIndex(other => other.toLowerCase() === column.toLowerCase()) < i) warnings.push(`${file.place([sanitized, table, i])}: ${column} is there already`);
    }
  }

  const exclusions = [...new Map(patterns.map((pattern, i) => [pattern, i])).keys()].flatMap((pattern): TableRule[] => {
    const place = () => file.place([excluded, patterns.indexOf(pattern)]);
    const expression = compile(pattern);
    if (typeof expression === 'string') {
      problems.push({path: place(), message: expression});
      return [];
    }
    const meaning = apparentMeaning(pattern);
    if (meaning?.glob) {
      warnings.push(`${place()}: ${pattern} reads like a file pattern but is a regular expression, anchored at the start only: ` +
        `${/.[*?]/u.exec(pattern)![0]} is ${pattern.includes('*') ? 'any number' : 'one or none'} of what stands before it`);
    }
    return [{
      pattern, matches: table => expression.test(table), exactness: Exactness.final, place, excluded: true, columns: [],
      ...(meaning && {seemsToMean: meaning.matches}),
    }];
  });
  const sanitizing = Object.entries(tables).map(([table, rule]): TableRule => {
    const keys = [sanitized, table];
    const columns = rule === 'drop' ? [] : rule === 'all' ? [blanking(null, () => file.place(keys))]
      : [...new Set(rule)].map(column => blanking(column, () => file.place([...keys, rule.indexOf(column)])));
    return {
      pattern: table, only: table, matches: found => found === table, exactness: Exactness.name, place: () => file.place(keys, 'key'),
      excluded: rule === 'drop', columns,
    };
  });
  if (problems.length > 0) throw configError(problems, file.path);
  return {
    ...nothingMore, name: file.path, sha256: createHash('sha256').update(file.text).digest('hex'),
    profile: null, asOf: null, undecided: 'keep', tables: [...exclusions, ...sanitizing], views: [], warnings,
  };
}

/** All columns where none is named. They stay and become NULL. SQLite did not look at the case of their names, so neither do the settings. */
function blanking(column: string | null, place: () => string): ColumnRule {
  const folded = column?.toLowerCase();
  return {
    pattern: column ?? '*', place, exactness: column === null ? Exactness.all : Exactness.name,
    matches: found => folded === undefined || found.toLowerCase() === folded,
    use: methodUse({method: 'blank'}),
  };
}

/** Matches at the start of the name, looks at case: as the exporter did. A text: why it cannot be used. */
function compile(pattern: string): RegExp | string {
  // The two engines differ here, and a rule must not change its meaning in silence.
  const foreign = /\\[AZ]|\(\?(?:P|[aiLmsux]+[):-])/u.exec(pattern);
  if (foreign) return 'uses an element of Python\'s regular expressions that is not understood here: \\A, \\Z, (?P…) or (?flags)';
  try {
    return new RegExp(`^(?:${pattern})`, 's');
  } catch {
    return 'is not a regular expression';
  }
}

/** What somebody who did not think of regular expressions would take the rule for. */
function apparentMeaning(pattern: string): {readonly glob: boolean; readonly matches: (table: string) => boolean} | undefined {
  if (/^[\w -]+$/u.test(pattern)) return {glob: false, matches: table => table === pattern};
  if (/^[\w -]+[*?][\w *?-]*$/u.test(pattern)) return {glob: true, matches: namePattern(pattern)};
  return undefined;
}
