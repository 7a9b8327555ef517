import {configError, decodeFile, parseConfig, readConfigFile, type ConfigFile, type JsonSchema} from '@sluice/config';
import {isNamePattern, namePattern, type Problem} from '@sluice/core';
import {z} from 'zod';
import type {Method} from './methods/method.ts';
import {isComplete, methods, type MethodName} from './methods/registry.ts';
import {Exactness, type ColumnRule, type MethodUse, type NameRule, type Policy, type TableRule} from './policy.ts';

const name = z.string().min(1);
const reasoned = {
  reason: name.exactOptional().describe('Why; it goes into the report.'),
  decidedBy: name.exactOptional().describe('Who decided; it goes into the report.'),
};

const names = Object.keys(methods) as MethodName[];
const undecided = 'undecided';
const alone = z.enum([...names.filter(isComplete), undecided]).describe('What becomes of the values.');
/** Besides these keys, the parameters of the method. */
interface Decision {
  readonly method: MethodName;
  readonly reason?: string;
  readonly decidedBy?: string;
}
const options = names.map(method => z.strictObject({
  method: z.literal(method).describe(methods[method].summary), ...methods[method].parameters.shape, ...reasoned,
}));
const withParameters = z.discriminatedUnion('method', options as [typeof options[number]]) as unknown as z.ZodType<Decision>;

const table = z.strictObject({
  exclude: z.literal(true).exactOptional().describe('The table is left out and not even read.'),
  columns: z.record(name, z.union([alone, withParameters])).exactOptional().describe('By name or pattern of the column: what becomes of its values.'),
  ...reasoned,
}).refine(({exclude, columns}) => (exclude === true) !== (columns !== undefined), 'must have either `exclude: true` or `columns`');

const policyFile = z.strictObject({
  version: z.literal(1).describe('The version of this format.'),
  profile: z.enum(['safe-harbor', 'limited-data-set', 'expert']).exactOptional()
    .describe('What the release will claim to be (45 CFR 164.514); methods that would make the claim untrue are refused.'),
  asOf: z.iso.date().exactOptional().describe('The day of the release.'),
  undecided: z.enum(['fail', 'drop']).default('fail').describe('fail: a table or column without a decision stops the run; drop: it is left out and listed.'),
  tables: z.record(name, z.union([z.literal('exclude'), table])).describe('By name or pattern of the table: whether it is read, and what becomes of its columns.'),
  views: z.record(name, z.enum(['keep', 'exclude'])).default({}).describe('By name or pattern of the view. Views that are not named are left out.'),
});

/**
 * Reads a policy. Throws CONFIG with every problem at once, each with its line; whether the policy
 * fits a database is found out by `check` of the transform.
 */
export async function loadPolicy(path: string, signal?: AbortSignal): Promise<Policy> {
  return decodePolicy(await readConfigFile(path, signal));
}

/** The same for text; `path` is what problems call it. */
export function parsePolicy(text: string, path = 'policy.yaml'): Policy {
  return decodePolicy(parseConfig(text, path));
}

/** JSON Schema of a policy, for editors. */
export function policyJsonSchema(): JsonSchema {
  return {
    ...(z.toJSONSchema(policyFile, {io: 'input', unrepresentable: 'any'}) as JsonSchema),
    title: 'Sluice policy', description: 'What may leave: a decision about every table and column.',
  };
}

function decodePolicy(file: ConfigFile): Policy {
  const {profile = null, asOf = null, undecided: unnamed, tables, views} = decodeFile(file, policyFile);
  const problems: Problem[] = [];
  const rule = (pattern: string, keys: readonly string[], own: {readonly reason?: string; readonly decidedBy?: string} = {}): NameRule => ({
    pattern, matches: namePattern(pattern), place: () => file.place(keys, 'key'),
    exactness: pattern === '*' ? Exactness.all : isNamePattern(pattern) ? Exactness.pattern : Exactness.name,
    ...(own.reason !== undefined && {reason: own.reason}), ...(own.decidedBy !== undefined && {decidedBy: own.decidedBy}),
  });

  const tableRules = Object.entries(tables).map(([pattern, decision]): TableRule => {
    const keys = ['tables', pattern];
    if (decision === 'exclude') return {...rule(pattern, keys), excluded: true, columns: []};
    const columns = Object.entries(decision.columns ?? {}).map(([column, given]): ColumnRule => ({
      ...rule(column, [...keys, 'columns', column], typeof given === 'string' ? {} : given),
      use: given === undecided ? null : methodUse(typeof given === 'string' ? {method: given} : given),
    }));
    return {...rule(pattern, keys, decision), excluded: decision.exclude === true, columns};
  });
  for (const {columns} of tableRules) {
    for (const {use, place} of columns) {
      if (use?.method.name === 'yearFloor90' && asOf === null) problems.push({path: place(), message: 'needs the day of the release: give `asOf` at the top'});
    }
  }
  if (problems.length > 0) throw configError(problems, file.path);
  return {
    name: file.path, profile, asOf, undecided: unnamed, tables: tableRules, warnings: [],
    views: Object.entries(views).map(([pattern, decision]) => ({...rule(pattern, ['views', pattern]), kept: decision === 'keep'})),
  };
}

/** A decision as the file gives it; its parameters were checked with the file. */
function methodUse({method: called, reason: _, decidedBy: __, ...given}: Decision): MethodUse {
  const method = methods[called] as unknown as Method<never>;
  const parameters = method.parameters.parse(given);
  const told = Object.entries(parameters as Readonly<Record<string, unknown>>)
    .filter(([, value]) => !(Array.isArray(value) && value.length === 0))
    .map(([key, value]) => ` ${key} ${JSON.stringify(value)}`).join('');
  return {method, parameters, text: `${called}${told}`};
}
