import {ErrorCode, PipelineError, unreachable} from '@sluice/core';

/** What a pseudonym looks like. */
export type Form =
  /** A UUID, text of 36 characters. */
  | {readonly form: 'uuid'}
  /** Lower case hexadecimal digits, 32 unless told; 8-128. */
  | {readonly form: 'hex'; readonly length?: number}
  /** Text of decimal digits, 12 unless told, 4-38; the first is not 0, because spreadsheets lose it. */
  | {readonly form: 'digits'; readonly length?: number}
  /** Capital letters A-Z, 12 unless told; 4-128. */
  | {readonly form: 'letters'; readonly length?: number}
  /** Numbers, `min` to `max`, by default 1,000,000,000 to 2,147,483,647: they fit 32 bits, and are above what most systems count to. */
  | {readonly form: 'integer'; readonly min?: number; readonly max?: number};

/** A form with nothing left to guess, and how many pseudonyms it has. */
export interface ResolvedForm {
  readonly form: Form['form'];
  /** How it is written down: two forms are the same when their texts are. */
  readonly text: string;
  readonly count: bigint;
  /** The pseudonym of a number 0 .. count - 1; a bijection. */
  pick(index: bigint): string | number;
}

const LOWEST_INTEGER = 1_000_000_000;
const HIGHEST_INTEGER = 2_147_483_647;
const A = 65;

/** Completes a form. Throws CONFIG for a length or a range out of bounds. */
export function resolveForm(form: Form): ResolvedForm {
  switch (form.form) {
    case 'uuid':
      // 122 free bits: version 4, variant 2 (RFC 9562).
      return {form: 'uuid', text: 'uuid', count: 1n << 122n, pick: uuidOf};
    case 'hex': {
      const length = within(form.length ?? 32, 8, 128, 'hex');
      return {form: 'hex', text: `hex ${length}`, count: 1n << BigInt(4 * length), pick: index => index.toString(16).padStart(length, '0')};
    }
    case 'digits': {
      const length = within(form.length ?? 12, 4, 38, 'digits');
      const first = 10n ** BigInt(length - 1);
      return {form: 'digits', text: `digits ${length}`, count: 9n * first, pick: index => (first + index).toString()};
    }
    case 'letters': {
      const length = within(form.length ?? 12, 4, 128, 'letters');
      return {form: 'letters', text: `letters ${length}`, count: 26n ** BigInt(length), pick: index => lettersOf(index, length)};
    }
    case 'integer': {
      const {min = LOWEST_INTEGER, max = HIGHEST_INTEGER} = form;
      if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || max - min < 999) {
        throw new PipelineError(ErrorCode.CONFIG, 'the form integer needs whole numbers min and max up to 2^53 - 1, at least 999 apart', {remedy: 'leave both out, or widen the range'});
      }
      return {form: 'integer', text: `integer ${min} ${max}`, count: BigInt(max) - BigInt(min) + 1n, pick: index => Number(BigInt(min) + index)};
    }
    default:
      return unreachable(form);
  }
}

function within(length: number, least: number, most: number, form: string): number {
  if (Number.isInteger(length) && length >= least && length <= most) return length;
  throw new PipelineError(ErrorCode.CONFIG, `the length of the form ${form} must be ${least}-${most}, got ${length}`, {remedy: `name a length of ${least}-${most}, or none`});
}

function uuidOf(index: bigint): string {
  const high = index >> 74n, middle = (index >> 62n) & 0xfffn, low = (index & ((1n << 62n) - 1n)) | (2n << 62n);
  const a = high.toString(16).padStart(12, '0'), b = middle.toString(16).padStart(3, '0'), c = low.toString(16).padStart(16, '0');
  return `${a.slice(0, 8)}-${a.slice(8)}-4${b}-${c.slice(0, 4)}-${c.slice(4)}`;
}

function lettersOf(index: bigint, length: number): string {
  const codes = new Array<number>(length);
  for (let i = length - 1; i >= 0; i--) {
    codes[i] = A + Number(index % 26n);
    index /= 26n;
  }
  return String.fromCharCode(...codes);
}
