import {ErrorCode, PipelineError, type Problem} from '@sluice/core';
import {z} from 'zod';
import {digestOf, fingerprintOf, RECEIPT_FORMAT, receiptText, sealOf, type Receipt} from './receipt.ts';

/** Made when the first receipt is read: most runs read none, and it takes longer than reading a small one. */
const shapeOf = () => {
  const hex = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex');
  const count = z.number().int().min(0);
  const moment = z.string().refine(text => !Number.isNaN(Date.parse(text)) && /^\d{4}-\d\d-\d\dT/.test(text), 'must be a moment as in ISO 8601');
  const side = z.strictObject({rows: count, digest: hex});
  const size = z.number().int().min(0).optional();

  const column = z.strictObject({
    name: z.string(),
    type: z.enum(['bool', 'int', 'float', 'decimal', 'text', 'bytes', 'date', 'time', 'timestamp', 'timestamptz', 'json', 'uuid', 'any']),
    nullable: z.boolean(),
    precision: size, scale: size, maxLength: size,
    unsigned64: z.literal(true).optional(), caseInsensitive: z.literal(true).optional(), autoIncrement: z.literal(true).optional(),
    generated: z.strictObject({dialect: z.string(), sql: z.string(), stored: z.boolean()}).optional(),
  });

  const figure = z.string().nullable().optional();
  const ofColumn = z.strictObject({count, min: figure, max: figure, sum: figure});
  const figures = z.strictObject({
    asOf: z.string().nullable(), rows: z.strictObject({source: count, destination: count}),
    columns: z.array(z.strictObject({name: z.string(), source: ofColumn, destination: ofColumn, equal: z.boolean()})),
  });

  const table = z.strictObject({
    name: z.string(), target: z.string(), rows: count,
    change: z.enum(['unchanged', 'new', 'patched', 'rewritten', 'removed']),
    schemaFingerprint: hex,
    schema: z.strictObject({table: z.string(), columns: z.array(column), primaryKey: z.array(z.string()), order: z.literal('key').optional()}),
    order: z.enum(['written', 'any']),
    source: side, destination: side,
    verified: z.boolean(),
    groups: z.array(z.tuple([z.number().int().min(1), hex])),
    figures: figures.optional(),
  });

  return z.strictObject({
    format: z.literal(RECEIPT_FORMAT),
    tool: z.strictObject({name: z.string(), version: z.string()}),
    kind: z.enum(['full', 'incremental', 'none']),
    startedAt: moment, finishedAt: moment,
    sequence: z.number().int().min(1),
    previous: hex.nullable(),
    source: z.strictObject({kind: z.string(), label: z.string(), id: hex.nullable(), snapshot: z.string().nullable()}),
    destination: z.strictObject({kind: z.string(), label: z.string(), file: z.strictObject({sha256: hex, bytes: count}).nullable()}),
    rules: z.strictObject({policy: hex.nullable(), study: hex.nullable(), tables: hex.nullable()}),
    tables: z.array(table),
    objects: z.array(z.strictObject({type: z.enum(['table', 'view', 'index', 'trigger']), name: z.string(), table: z.string(), digest: z.string()})),
    scope: z.literal('tables').optional(),
    warnings: z.array(z.string()),
    seal: hex,
  });
};
let made: ReturnType<typeof shapeOf> | null = null;
const shape = () => made ??= shapeOf();

/**
 * Reads a receipt that may come from anywhere. Throws VERIFY for one that is not, byte by byte, as it was
 * written, be it cut short, and CONFIG for what is no receipt of this format at all. A file with the name
 * of a receipt was one, whatever is left of it.
 */
export function parseReceipt(text: string, name = ''): Receipt {
  const receipt = shaped(text, name);
  if (!isAsWritten(receipt, text)) throw altered('its own checksum does not fit');
  const problems = contradictions(receipt);
  if (problems.length > 0) throw new PipelineError(ErrorCode.VERIFY, 'the receipt contradicts itself', {problems});
  return receipt;
}

const altered = (how: string, problems: readonly Problem[] = []): PipelineError =>
  new PipelineError(ErrorCode.VERIFY, `the receipt is not as it was written: ${how}`, {
    remedy: 'get the receipt anew from the machine that made it', ...(problems.length > 0 && {problems}),
  });

function isAsWritten(receipt: Receipt, text: string): boolean {
  const {seal, ...rest} = receipt;
  return sealOf(rest) === seal && receiptText(receipt) === text;
}

function shaped(text: string, name: string): Receipt {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw refusal('it is not JSON', text, name);
  }
  const format = typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined;
  if (format !== RECEIPT_FORMAT) {
    const other = typeof format === 'string' && /^sluice\.receipt\/\d+$/.test(format);
    if (other && !isThisFormat(value)) {
      throw new PipelineError(ErrorCode.CONFIG, `this receipt has the format ${format}, this version of Sluice knows ${RECEIPT_FORMAT}`, {remedy: 'check it with the version that made it, or a later one'});
    }
    throw refusal(`it has no format ${RECEIPT_FORMAT}`, text, name);
  }
  const parsed = shape().safeParse(value);
  // `shape` says what a Receipt is, but for two things: to zod an absent key and one that is `undefined` are
  // alike, which JSON cannot tell apart anyway; and a tuple is not readonly.
  if (parsed.success) return parsed.data as Receipt;
  const problems = parsed.error.issues.map(({path, message}): Problem => ({path: path.join('.'), message}));
  throw altered(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`, problems);
}

/** For what is no receipt: VERIFY when it was one, as its name says, or any of what all receipts have and few altered bytes do not reach. */
export function refusal(why: string, text: string, name: string): PipelineError {
  return name.endsWith('.receipt.json') || /"sluice\.receipt\/|"schemaFingerprint":|"finishedAt":|"seal":"/.test(text)
    ? altered(why) : new PipelineError(ErrorCode.CONFIG, `this is not a receipt: ${why}`, {remedy: 'name a file that ends in .receipt.json'});
}

/** Whether only the number of the format was altered: a receipt of that format would not have this shape. */
const isThisFormat = (value: unknown) => shape().safeParse({...value as object, format: RECEIPT_FORMAT}).success;

/** What a receipt says twice must be the same twice. */
function contradictions({tables, sequence, previous}: Receipt): Problem[] {
  const problems: Problem[] = [];
  if ((sequence === 1) !== (previous === null)) problems.push({path: 'previous', message: 'the first receipt, and no other, follows none'});
  for (const {name, rows, schema, schemaFingerprint, source, destination, groups, figures} of tables) {
    const say = (message: string) => problems.push({path: name, message});
    const whole = digestOf(groups);
    if (fingerprintOf(schema) !== schemaFingerprint) say('its schema is not the one that was fingerprinted');
    if (whole.rows !== destination.rows || whole.digest !== destination.digest) say('its groups of rows do not add up to its digest');
    if (rows !== destination.rows) say('it has two counts of rows');
    if (source.rows !== destination.rows || source.digest !== destination.digest) say('what left the source is not what arrived');
    if (figures && figures.rows.destination !== rows) say('its figures count other rows than it has');
    if (!schema.primaryKey.every(key => schema.columns.some(column => column.name === key))) say('its key is not among its columns');
  }
  return problems;
}
