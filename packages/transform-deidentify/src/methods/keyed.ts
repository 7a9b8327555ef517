import {ErrorCode, PipelineError, type Column, type ColumnType, type Value} from '@sluice/core';
import {fpe as formatPreserving, hmacToken, sivEncrypt} from '@sluice/pseudonyms/keyed';
import {z} from 'zod';
import {domainOf, domainParameter, formOf, pseudonymColumn} from './domain-form.ts';
import {memo} from './memo.ts';
import {computedColumn, type ChangeTreatment, type Method} from './method.ts';
import {keyOf, type MethodTools} from './tools.ts';

/*
 * Computed from the value with a key, so derived from it: not for Safe Harbor, whatever the key (45 CFR 164.514(c)(1), and
 * the guidance of the Department of Health and Human Services of 26 November 2012 on hashed values).
 */

const accepted: ReadonlySet<ColumnType> = new Set(['bool', 'int', 'decimal', 'text', 'uuid', 'bytes', 'date', 'time', 'timestamp', 'timestamptz', 'any']);

const domainParameters = z.strictObject({domain: domainParameter});

export const hmac: Method<z.output<typeof domainParameters>> = {
  name: 'hmac', summary: 'a token computed from the value with the key, the same for equal values of a domain', claim: 'limited-data-set',
  derived: true, reversible: false, deterministic: true, uniqueness: 'not_guaranteed', needs: {key: true, domain: true},
  accepts: accepted, parameters: domainParameters,
  plan(column, parameters, context) {
    const domain = domainOf(context, parameters.domain);
    if (typeof domain === 'string') return domain;
    const form = formOf(domain);
    // UUIDs and long texts do not collide: less likely than a wrong bit of memory. Numbers and short texts do, and then rows would be lost or keys refused.
    const long = form.form === 'uuid' || (form.form !== 'integer' && (form.length ?? 12) * {hex: 4, digits: 3.3, letters: 4.7}[form.form] >= 100) || (form.form === 'hex' && form.length === undefined);
    return keyed(pseudonymColumn(column, domain), long ? `hmac ${domain.name}` : null, tools => {
      const key = keyOf(tools, 'hmac').domain(domain.name, 'hmac');
      return value => hmacToken(key, value, form);
    });
  },
};

export const aesSiv: Method<z.output<typeof domainParameters>> = {
  name: 'aesSiv', aliases: ['aes-siv'], summary: 'the value encrypted with the key (AES-SIV): equal values of a domain are equal, whoever has the key can decrypt', claim: 'limited-data-set',
  derived: true, reversible: true, deterministic: true, uniqueness: 'preserved', needs: {key: true, domain: true},
  accepts: accepted, parameters: domainParameters,
  plan(column, parameters, context) {
    const domain = domainOf(context, parameters.domain);
    if (typeof domain === 'string') return domain;
    const longest = longestText(column);
    return keyed(computedColumn(column, 'text', longest === null ? {} : {maxLength: encryptedLength(longest)}), `aesSiv ${domain.name}`, tools => {
      const key = keyOf(tools, 'aesSiv').domain(domain.name, 'aesSiv');
      return value => sivEncrypt(key, value);
    });
  },
};

const fpeParameters = z.strictObject({
  domain: domainParameter,
  alphabet: z.string().min(2).default('digits').describe('digits, upper, lower, hex, alphanumeric, or the characters themselves; all others stay where they are.'),
});

export const fpe: Method<z.output<typeof fpeParameters>> = {
  name: 'fpe', summary: 'the value encrypted with the key into one of the same shape (FF1): digits stay digits', claim: 'limited-data-set',
  derived: true, reversible: true, deterministic: true, uniqueness: 'preserved', needs: {key: true, domain: true},
  accepts: new Set<ColumnType>(['int', 'text', 'any']), parameters: fpeParameters,
  plan(column, {domain: name, alphabet}, context) {
    const domain = domainOf(context, name);
    if (typeof domain === 'string') return domain;
    if (column.type === 'int' && alphabet !== 'digits') return 'can only have the alphabet digits in a column of whole numbers';
    const out = computedColumn(column, column.type, column.maxLength === undefined ? {} : {maxLength: column.maxLength});
    const place = {table: context.table.table, column: column.name};
    return keyed(out, `fpe ${domain.name} ${alphabet} ${column.type === 'int' ? 'numbers' : column.type}`, tools => {
      const {encrypt} = formatPreserving(keyOf(tools, 'fpe').domain(domain.name, 'fpe'), {alphabet});
      return value => {
        try {
          return encrypt(value);
        } catch (error) {
          if (!(error instanceof PipelineError)) throw error;
          throw new PipelineError(ErrorCode.VALUE, `column ${place.column} of table ${place.table}: ${error.message}`, {...place, cause: error, ...(error.remedy !== undefined && {remedy: error.remedy})});
        }
      };
    });
  },
};

function keyed(column: Column, joins: string | null, start: (tools: MethodTools) => (value: Exclude<Value, null>) => Value): ChangeTreatment {
  return {
    kind: 'change', column, ...(joins !== null && {joins}),
    start(tools) {
      const of = memo(start(tools));
      return {of: value => (value === null ? null : of(value)), notes: () => []};
    },
  };
}

/** Most bytes of a value of the column as text; null when its source does not say. */
function longestText({type, maxLength, precision}: Column): number | null {
  switch (type) {
    case 'bool': return 5;
    case 'int': return 20;
    case 'decimal': return precision === undefined ? null : precision + 3;
    case 'text': return maxLength === undefined ? null : maxLength * 4;
    case 'bytes': return maxLength ?? null;
    case 'uuid': return 36;
    case 'date': case 'time': case 'timestamp': case 'timestamptz': return 32;
    default: return null;
  }
}

/** A sign of its kind, 16 bytes of the code, the text; in base64url without padding. */
const encryptedLength = (bytes: number): number => Math.ceil((1 + 16 + bytes) * 4 / 3);
