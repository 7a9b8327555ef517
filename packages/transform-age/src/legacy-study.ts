import {decodeFile, parseConfig, readConfigFile, type ConfigFile} from '@sluice/config';
import {z} from 'zod';
import {defaultStudy, type EventDate, type Person, type Study} from './study.ts';

export interface LegacyStudy {
  readonly study: Study;
  /** What the file says that has no effect. */
  readonly warnings: readonly string[];
}

const name = z.string().min(1);
const settings = z.looseObject({
  known_phases: z.record(name, z.looseObject({table: name, column: name})),
  empty_equivs: z.array(z.union([z.string(), z.number(), z.null()])).optional(),
  dob_keys: z.record(name, z.record(name, z.looseObject({
    table: name, column: name, new_col: name,
    equalities: z.array(z.tuple([name, name])).min(1),
    primary_keys: z.array(name).optional(),
  }))),
});

/**
 * Reads the layout of the study out of a `db_exporter_settings.json`: `known_phases`,
 * `empty_equivs` and `dob_keys`. Throws CONFIG with every problem at once.
 */
export async function loadLegacyStudy(path: string, signal?: AbortSignal): Promise<LegacyStudy> {
  return decodeLegacy(await readConfigFile(path, signal));
}

/** The same for text; `path` is what problems call it. */
export function parseLegacyStudy(text: string, path = 'db_exporter_settings.json'): LegacyStudy {
  return decodeLegacy(parseConfig(text, path, 'json'));
}

function decodeLegacy(file: ConfigFile): LegacyStudy {
  const {known_phases: phases, empty_equivs: empty, dob_keys: keys} = decodeFile(file, settings);
  const warnings: string[] = [];
  const people: Record<string, Person> = {};
  let ignored = false;
  for (const [keyColumn, persons] of Object.entries(keys)) {
    for (const [person, {table, column, new_col: newColumn, equalities, primary_keys: unused}] of Object.entries(persons)) {
      const label = Object.hasOwn(people, person) ? `${person} by ${keyColumn}` : person;
      const match = Object.fromEntries(equalities);
      if (!Object.hasOwn(match, keyColumn)) {
        warnings.push(`${file.place(['dob_keys', keyColumn, person, 'equalities'])}: ${keyColumn} is not among them; tables without ${keyColumn} may get this age too`);
      }
      ignored ||= unused !== undefined;
      people[label] = {table, birthDate: column, match, newColumn};
    }
  }
  if (ignored) warnings.push(`${file.place(['dob_keys'])}: primary_keys have no effect, ages are computed while rows pass by`);
  return {
    study: {
      ...defaultStudy,
      phases: Object.fromEntries(Object.entries(phases).map(([phase, {table, column}]): [string, EventDate] => [phase, {table, column}])),
      people,
      noDate: (empty ?? []).filter(value => value !== null),
    },
    warnings,
  };
}
