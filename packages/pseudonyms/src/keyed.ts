import {createHmac} from 'node:crypto';
import type {Value} from '@sluice/core';
import {assert, ErrorCode, PipelineError} from '@sluice/core';
import {AesSiv} from './aes-siv.ts';
import {canonical, fromCanonical} from './canonical.ts';
import type {Known} from './canonical.ts';
import {resolveForm} from './form.ts';
import type {Form, ResolvedForm} from './form.ts';
import type {DomainKey} from './master-key.ts';

/*
 * Pseudonyms that are computed from the value with a key: whoever holds the key can make them again, so they are derived from the individual's data in the sense
 * of 45 CFR 164.514(c) and fit limited data sets and expert determinations only. The random ones of the vault are those of Safe Harbor.
 */

/**
 * A token of a value: HMAC-SHA256 in a form. The same value of the same domain gives the same token in every database and run. Two values may share one where
 * the form is short: about n^2 / 2 / (number of tokens of the form) pairs among n values. Null stays null.
 */
export function hmacToken(key: DomainKey, value: Value, form: Form = {form: 'hex'}): string | number | null {
  return value === null ? null : inForm(key, value, resolved(form));
}

/** Encrypts a value with AES-SIV (RFC 5297), AES-256: equal values give equal texts, in base64url; whoever holds the key can decrypt. Null stays null. */
export function sivEncrypt(key: DomainKey, value: Value): string | null {
  return value === null ? null : siv(key).encrypt(canonical(value)).toString('base64url');
}

/** The text, or the bytes, that were encrypted; a number comes back as its text. Throws VALUE for what this key and domain did not encrypt. */
export function sivDecrypt(key: DomainKey, sealed: string): string | Uint8Array {
  return fromCanonical(siv(key).decrypt(Buffer.from(sealed, 'base64url')));
}

/** By how many days all dates of a subject move: uniform in -days .. -1 and 1 .. days, always the same for a subject, never 0. `days` 1 .. 36,500. */
export function subjectOffset(key: DomainKey, subject: Known, {days}: {readonly days: number}): number {
  if (!Number.isInteger(days) || days < 1 || days > 36_500) {
    throw new PipelineError(ErrorCode.CONFIG, `days must be a whole number 1-36500, got ${days}`, {remedy: 'name the largest shift in days, e.g. 365'});
  }
  const index = Number(digest(key, 'date offset', subject, 16) % BigInt(2 * days));
  return index < days ? index - days : index - days + 1;
}

/** A seed for a generator of made-up values, 0 .. 2^53 - 1: the same value of a domain gives the same one. */
export function fakeSeed(key: DomainKey, value: Known): number {
  return Number(digest(key, 'seed', value, 16) & ((1n << 53n) - 1n));
}

function inForm(key: DomainKey, value: Known, form: ResolvedForm): string | number {
  // 64 more bits than the form needs: then the remainder is even to within 2^-64.
  const bytes = Math.ceil(form.count.toString(16).length / 2) + 8;
  return form.pick(digest(key, `token ${form.text}`, value, bytes) % form.count);
}

/** HMAC-SHA256 of use and value as a number of as many bytes, in counter mode where one block does not do (SP 800-108). */
function digest(key: DomainKey, use: string, value: Known, bytes: number): bigint {
  const message = canonical(value);
  let hex = '';
  for (let block = 1; hex.length < bytes * 2; block++) hex += createHmac('sha256', key.hmacKey).update(`${block}\0${use}\0`).update(message).digest('hex');
  return BigInt(`0x${hex.slice(0, bytes * 2)}`);
}

const forms = new Map<string, ResolvedForm>();
const MOST_FORMS = 1000;

/** Resolves a form once, not once per value. */
function resolved(form: Form): ResolvedForm {
  const name = form.form === 'integer' ? `integer ${form.min} ${form.max}` : form.form === 'uuid' ? 'uuid' : `${form.form} ${form.length}`;
  let known = forms.get(name);
  if (known === undefined) {
    known = resolveForm(form);
    assert(forms.size < MOST_FORMS, 'a program uses a handful of forms');
    forms.set(name, known);
  }
  return known;
}

const ciphers = new WeakMap<DomainKey, AesSiv>();

function siv(key: DomainKey): AesSiv {
  let cipher = ciphers.get(key);
  if (cipher === undefined) ciphers.set(key, cipher = new AesSiv(key.derive('aes-siv', 64)));
  return cipher;
}
