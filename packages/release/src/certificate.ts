import {z} from 'zod';

export const CERTIFICATE_FORMAT = 'sluice.certificate/1';

/*
 * What a certificate is, as data: the nine parts in their order, then what seals it. Names, types, rules, counts, shares and hashes;
 * no value of any row. Objects are strict: a field that nobody knows is not a certificate of this version.
 */
const text = z.string();
const names = z.array(text);
const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const counts = z.record(text, count);

const columnEntry = z.strictObject({
  column: text, path: text.nullable(), class: text.nullable(), kind: text.nullable(), method: text, parameters: text, reason: text.nullable(), decidedBy: text.nullable(),
  effect: z.enum(['kept', 'changed', 'blanked', 'dropped', 'added', 'undecided']),
});

export const checkIds = ['coverage', 'claim', 'attestation', 'rows', 'unique', 'references', 'residual', 'leak', 'changed', 'k', 'l', 't', 'uniqueness', 'averageRisk'] as const;

const check = z.strictObject({
  id: z.enum(checkIds),
  /** `open`: for persons to do; nothing that a program can fail. `accepted`: it failed, and somebody answers for it. */
  status: z.enum(['passed', 'failed', 'accepted', 'open', 'reported', 'not applicable']),
  detail: text,
  problems: z.array(z.strictObject({path: text.nullable(), message: text, accepted: z.boolean()})),
});

const band = z.strictObject({from: count, to: count.nullable(), classes: count, members: count});
const risk = z.strictObject({
  unit: z.enum(['record', 'person']), rows: count, members: count, quasi: names, k: count.nullable(), classes: count,
  below: z.array(z.strictObject({size: count, members: count, share})), histogram: z.array(band),
  uniqueness: z.strictObject({uniques: count, share, population: z.strictObject({size: count, uniques: z.number(), share, model: z.enum(['pitman', 'zayatz', 'census', 'none'])}).nullable()}),
  risk: z.strictObject({prosecutorMax: share, prosecutorAverage: share}),
  columns: z.array(z.strictObject({column: text, k: count.nullable(), classes: count, uniques: count, drives: share})),
  sensitive: z.array(z.strictObject({
    column: text, distance: z.enum(['equal', 'ordered']), values: count,
    l: z.strictObject({distinct: count, entropy: z.number(), recursive: count, c: z.number()}).nullable(), t: z.number().nullable(),
  })),
});

export const certificateSchema = z.strictObject({
  format: z.literal(CERTIFICATE_FORMAT),
  status: z.enum(['passed', 'failed']),
  /** 1. */
  identity: z.strictObject({
    id: text, startedAt: text, finishedAt: text, tool: z.strictObject({name: text, version: text, code: text.nullable()}), operator: text.nullable(),
    source: z.strictObject({kind: text, label: text, id: sha256.nullable(), snapshot: text.nullable()}),
    target: z.strictObject({kind: text, label: text, file: z.strictObject({sha256, bytes: count}).nullable()}),
    published: z.boolean(), receipt: text.nullable(),
    policy: z.strictObject({sha256, version: z.int(), asOf: text.nullable()}), keyIds: names,
  }),
  /** 2. */
  method: z.strictObject({claimed: text.nullable(), computed: text.nullable(), prevented: z.array(z.strictObject({claim: text, path: text.nullable(), reason: text}))}),
  /** 3. */
  categories: z.array(z.strictObject({
    class: text, title: text, columns: z.array(z.strictObject({table: text, column: text, path: text.nullable(), kind: text.nullable(), method: text, effect: text, rows: count})),
    verified: names, notApplicable: text.nullable(),
  })),
  /** 4. */
  columns: z.array(z.strictObject({table: text, target: text, subject: names.nullable(), columns: z.array(columnEntry)})),
  excluded: z.array(z.strictObject({table: text, reason: text})),
  drift: z.strictObject({since: text, changes: z.array(z.strictObject({path: text, change: text}))}).nullable(),
  /** 5. */
  counts: z.strictObject({
    tables: z.array(z.strictObject({
      table: text, target: text, rowsIn: count, rowsOut: count, rowsExpected: count.nullable(),
      columns: z.array(z.strictObject({column: text, type: text, nullsIn: count.nullable(), nullsOut: count, suppressed: count.nullable(), ninetyOrOlder: count.nullable(), zip000: count.nullable()})),
    })),
    unique: z.array(z.strictObject({table: text, columns: names, duplicates: count})),
    references: z.array(z.strictObject({table: text, columns: names, references: text, referencedColumns: names, orphans: count.nullable()})),
  }),
  /** 6. */
  scans: z.strictObject({
    detector: text,
    residual: z.array(z.strictObject({table: text, column: text, as: z.enum(['text', 'cell']), scanned: count, found: counts, hints: counts})),
    leak: z.strictObject({
      values: count, overflowed: z.boolean(), leftOut: z.strictObject({short: count, ordinary: count, region: count, dense: count}), columns: names, cells: count,
      hits: z.array(z.strictObject({table: text, column: text, of: text, count})),
    }),
    changed: z.array(z.strictObject({
      table: text, column: text, method: text, by: z.enum(['keys', 'values']), oneIn: count, compared: count, unchanged: count, chance: z.number().nullable(), mayLeave: z.boolean(),
    })),
  }),
  /** 7. */
  freeText: z.strictObject({
    documents: count, redactions: counts,
    review: z.strictObject({sample: count, upperBound: share}),
    scores: z.array(z.strictObject({data: text, measure: text, value: z.number()})),
  }),
  /** 8. */
  risk: z.strictObject({
    tables: z.array(z.strictObject({table: text, target: text, person: names.nullable(), before: risk.nullable(), after: risk.nullable(), notMeasured: text.nullable()})),
    thresholds: z.strictObject({k: z.number().exactOptional(), l: z.number().exactOptional(), t: z.number().exactOptional(), uniqueness: z.number().exactOptional(), averageRisk: z.number().exactOptional()}),
    accepted: z.array(z.strictObject({check: text, reason: text, decidedBy: text, expires: text, expired: z.boolean(), used: z.boolean()})),
  }),
  checks: z.array(check),
  /** 9. */
  notChecked: names,
  attestation: z.strictObject({actualKnowledge: text, by: text, on: text}).nullable(),
  reviewBy: text.nullable(),
  sequence: z.int().positive(),
  /** SHA-256, hex, of the bytes of the certificate before this one; null for the first. */
  previous: sha256.nullable(),
  /** SHA-256, hex, of the certificate as canonical JSON without this field and the signature. */
  seal: sha256,
  /** Of the seal's text and everything it covers: the certificate as canonical JSON without this field. */
  signature: z.strictObject({algorithm: z.literal('Ed25519'), keyId: sha256, publicKey: text, value: text}).nullable(),
});

/** A certificate of a release: everything that was decided, checked and found, and not one value. */
export type Certificate = z.output<typeof certificateSchema>;
export type CertificateCheck = Certificate['checks'][number];
export type CheckId = typeof checkIds[number];

/** JSON Schema of a certificate. */
export function certificateJsonSchema(): Readonly<Record<string, unknown>> {
  return {...z.toJSONSchema(certificateSchema), title: 'Sluice certificate', description: 'The certificate of a release of de-identified data.'};
}
