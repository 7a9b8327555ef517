import {identifierClasses, kinds} from '@sluice/identifiers/classes';
import {z} from 'zod';
import {allMethods, isComplete, methods, type MethodName} from './methods/registry.ts';

const name = z.string().min(1);
const reasoned = {
  reason: name.exactOptional().describe('Why; it goes into the report.'),
  decidedBy: name.exactOptional().describe('Who decided; it goes into the report.'),
};
const unknown = z.enum(['fail', 'drop']);
const constraints = z.enum(['fail', 'relax']);
const classified = {
  class: z.enum([...identifierClasses, ...Object.keys(kinds)]).exactOptional()
    .describe('What the values are: a letter of 45 CFR 164.514(b)(2)(i) or a kind of it such as name.given, or quasi, sensitive, provider, freeText, secret, blob, key.surrogate, none.'),
};

/** Every name a policy may call a method by, with the method. */
export const methodNames: ReadonlyMap<string, MethodName> = new Map(Object.keys(methods).flatMap(own => {
  const method = own as MethodName;
  const {aliases = []} = allMethods.find(one => one.name === method) ?? {};
  return [own, ...aliases].map(called => [called, method] as const);
}));

export const undecided = 'undecided';
const alone = z.enum([...[...methodNames].filter(([, method]) => isComplete(method)).map(([called]) => called), undecided]).describe('What becomes of the values.');

/** Besides these keys, the parameters of the method. */
export interface Decision {
  readonly method: string;
  readonly class?: string;
  readonly type?: string;
  readonly constraints?: 'fail' | 'relax';
  readonly reason?: string;
  readonly decidedBy?: string;
}

/** The keys of a decision that are no parameters. */
export const decisionKeys = new Set(['method', 'class', 'type', 'constraints', 'reason', 'decidedBy']);

function decision(more: z.core.$ZodShape): z.ZodType<Decision> {
  const options = [
    ...[...methodNames].map(([called, method]) => z.strictObject({
      method: z.literal(called).describe(methods[method].summary), ...methods[method].parameters.shape, ...classified, ...more, ...reasoned,
    })),
    z.strictObject({method: z.literal(undecided).describe('Somebody has to decide yet.'), ...classified, ...more, ...reasoned}),
  ];
  return z.discriminatedUnion('method', options as [typeof options[number]]);
}

const ofColumn = {
  type: name.exactOptional().describe('The type the column had when this was written: another one stops the run.'),
  constraints: constraints.exactOptional().describe('For this column only, as at the top.'),
};

const jsonColumn = z.strictObject({
  json: z.record(name, z.union([alone, decision({})])).refine(paths => Object.keys(paths).length > 0, 'must have at least one path')
    .describe('Decisions inside the document, by path: $.name, $["odd name"], $.visits[].date, $.* (each member), $.** (everything below).'),
  undecided: unknown.exactOptional().describe('What becomes of a value that no path decides about; as at the top when absent.'),
  onUnknown: unknown.exactOptional().describe('The same as `undecided`.'),
  ...classified, type: ofColumn.type, ...reasoned,
});

export type ColumnEntry = string | Decision | z.output<typeof jsonColumn>;
const column: z.ZodType<ColumnEntry> = z.union([alone, decision(ofColumn), jsonColumn]);

const table = z.strictObject({
  exclude: z.literal(true).exactOptional().describe('The table is left out and not even read.'),
  columns: z.record(name, column).exactOptional().describe('By name or pattern of the column: what becomes of its values.'),
  ...reasoned,
}).refine(({exclude, columns}) => (exclude === true) !== (columns !== undefined), 'must have either `exclude: true` or `columns`');

const domain = z.strictObject({
  form: z.enum(['uuid', 'hex', 'digits', 'integer', 'letters']).default('uuid').describe('What pseudonyms of this domain look like.'),
  length: z.int().min(1).max(64).exactOptional().describe('Their letters or digits.'),
});

const share = z.number().min(0).max(1);
const risk = z.strictObject({
  quasi: z.record(name, z.array(name).min(1)).exactOptional()
    .describe('By name or pattern of the table, the columns that may identify together; absent: those of the classes quasi, B and C.'),
  k: z.int().min(1).exactOptional().describe('Least records, or persons, of a class.'),
  l: z.number().min(1).exactOptional().describe('Least distinct values of each sensitive column in a class.'),
  t: share.exactOptional().describe('Greatest distance of a class from the whole.'),
  uniqueness: share.exactOptional().describe('Greatest share of records that are alone in their class.'),
  averageRisk: share.exactOptional().describe('Greatest average risk of being identified.'),
  accepted: z.array(z.strictObject({
    check: name.describe('The check of the certificate that may fail: its name, with `:` and a table or table.column only there.'),
    reason: name, decidedBy: name, expires: z.iso.date().describe('The last day on which it counts.'),
  })).default([]).describe('Checks that may fail because somebody decided so.'),
});

export const policyFile = z.strictObject({
  version: z.literal(1).describe('The version of this format.'),
  profile: z.enum(['safe-harbor', 'limited-data-set', 'expert']).exactOptional()
    .describe('What the release will claim to be (45 CFR 164.514); methods that would make the claim untrue are refused.'),
  asOf: z.iso.date().exactOptional().describe('The day of the release.'),
  undecided: unknown.exactOptional().describe('fail (the default): a table, column or JSON path without a decision stops the run; drop: it is left out and listed.'),
  onUnknown: unknown.exactOptional().describe('The same as `undecided`.'),
  constraints: constraints.exactOptional().describe(
    'Keys, NOT NULL, lengths, words and checks that changed values cannot keep. fail: they stop the run (the default with a profile); relax: they are left out of the schema and listed.'),
  domains: z.record(name, domain).default({}).describe('Identity domains: pseudonyms of one domain join, in all tables, databases and runs, and never with those of another.'),
  subjects: z.record(name, z.strictObject({key: z.array(name).min(1).describe('Columns that tell whose row it is.')})).default({}).describe('By name or pattern of the table: whose rows these are.'),
  tables: z.record(name, z.union([z.literal('exclude'), table])).describe('By name or pattern of the table: whether it is read, and what becomes of its columns.'),
  views: z.record(name, z.enum(['keep', 'exclude'])).default({}).describe('By name or pattern of the view. Views that are not named are left out.'),
  risk: risk.exactOptional().describe('What the certificate measures, and what its numbers have to be.'),
  attestation: z.strictObject({
    actualKnowledge: z.enum(['none']).describe('That nobody here knows how the data could identify somebody, 45 CFR 164.514(b)(2)(ii).'),
    by: name, on: z.iso.date(),
  }).exactOptional(),
  reviewBy: z.iso.date().exactOptional().describe('The day by which somebody looks at all of this again.'),
});

export type PolicyFile = z.output<typeof policyFile>;
