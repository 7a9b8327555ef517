import {decodeFile, parseConfig, readConfigFile, type ConfigFile, type JsonSchema} from '@sluice/config';
import {z} from 'zod';
import {defaultNames, type Study} from './study.ts';

const name = z.string().min(1);

const names = z.strictObject({
  separator: name.default(defaultNames.separator).describe('What stands between the parts of a table name.'),
  types: z.record(name, z.strictObject({
    parts: z.int().min(2).default(2).describe('Fewest parts of such a name, the type included.'),
    respondent: z.boolean().default(false).describe('Whether the last part says who answered, and the parts before it which instrument.'),
    never: z.array(name).default([]).describe('A name with one of these parts says nothing after all.'),
  })).optional().describe('By the first part of a table name: how such names are made. Part two is the phase. Default: data, calc, user, tracker.'),
  exceptions: z.record(name, z.strictObject({
    type: name, phase: name.exactOptional(), instrument: z.string().exactOptional(), respondent: name.exactOptional(),
  })).default({}).describe('Tables whose names follow no rule.'),
});

const studyFile = z.strictObject({
  version: z.literal(1).describe('The version of this format.'),
  ages: z.strictObject({
    unit: z.enum(['months', 'years', 'decimalYears']).default('months')
      .describe('months: difference of calendar months; years: completed years; decimalYears: years with four digits, by days.'),
    missing: z.int().min(-2_147_483_648).max(2_147_483_647).nullable().default(null).describe('What stands for an unknown age; null, or a code such as 9998.'),
    capYears: z.int().min(1).max(200).nullable().default(null).describe('Ages of so many years and more become so many years.'),
  }).default({unit: 'months', missing: null, capYears: null}).describe('How ages are written.'),
  phaseKey: z.array(name).min(1).describe('Columns shared by data tables and trackers: whose event it was.'),
  phases: z.record(name, z.strictObject({
    table: name.describe('The tracker table.'), column: name.describe('The column with the date of the event.'),
  })).describe('By phase, as it stands in table names: where the date of the phase is.'),
  people: z.record(name, z.strictObject({
    table: name.describe('The table with the birth dates.'),
    birthDate: name.describe('The column with the birth date.'),
    match: z.record(name, name).refine(match => Object.keys(match).length > 0, 'must match at least one column')
      .describe('Column of the data table: column of the table with the birth dates.'),
    newColumn: name.describe('The name of the column with the age.'),
  })).describe('Whose ages are appended, in this order. A table gets those whose columns in `match` it has.'),
  noDate: z.array(z.union([z.string(), z.int(), z.null()])).default(['', 9998, 9999]).describe('Values that mean "no date"; null always does.'),
  names: names.optional().describe('What table names say.'),
  respondents: z.record(name, name).default({}).describe('What the last part of a table name means.'),
}).superRefine((study, context) => {
  const first = new Map<string, string>();
  for (const [person, {newColumn}] of Object.entries(study.people)) {
    const same = first.get(newColumn.toLowerCase());
    if (same !== undefined) context.addIssue({code: 'custom', path: ['people', person, 'newColumn'], message: `is the same column as that of ${same}`});
    else first.set(newColumn.toLowerCase(), person);
  }
});

/** Reads study.yaml. Throws CONFIG with every problem at once, each with its line. */
export async function loadStudy(path: string, signal?: AbortSignal): Promise<Study> {
  return decodeStudy(await readConfigFile(path, signal));
}

/** The same for text; `path` is what problems call it. */
export function parseStudy(text: string, path = 'study.yaml'): Study {
  return decodeStudy(parseConfig(text, path));
}

/** JSON Schema of study.yaml, for editors. */
export function studyJsonSchema(): JsonSchema {
  return {
    ...(z.toJSONSchema(studyFile, {io: 'input', unrepresentable: 'any'}) as JsonSchema),
    title: 'Sluice study', description: 'Where a study keeps its phases, birth dates and keys.',
  };
}

function decodeStudy(file: ConfigFile): Study {
  const {version: _, noDate, names: given, ...study} = decodeFile(file, studyFile);
  return Object.freeze({
    ...study,
    noDate: noDate.filter(value => value !== null),
    names: given ? {...given, types: given.types ?? defaultNames.types} : defaultNames,
  });
}
