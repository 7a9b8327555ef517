import type {Column, ColumnType, Schema, Value} from '@sluice/core';
import type {DomainOptions} from '@sluice/pseudonyms';
import {z} from 'zod';
import {domainOf, domainParameter, formOf, pseudonymColumn} from './domain-form.ts';
import {memo} from './memo.ts';
import {computedColumn, counter, type ChangeTreatment, type Method} from './method.ts';
import type {Prepare} from './prepared.ts';
import {vaultOf} from './tools.ts';

const accepted: ReadonlySet<ColumnType> = new Set(['int', 'decimal', 'text', 'uuid', 'bytes', 'any']);

const surrogateParameters = z.strictObject({domain: domainParameter});

/**
 * Random, so not derived from information about the individual: a code that 45 CFR 164.514(c) permits, as long as
 * nobody who gets the data gets the vault.
 */
export const surrogate: Method<z.output<typeof surrogateParameters>> = {
  name: 'surrogate', summary: 'a random pseudonym from the vault, the same for equal values of a domain', claim: 'safe-harbor',
  derived: false, reversible: true, deterministic: true, uniqueness: 'preserved', needs: {vault: true, domain: true},
  accepts: accepted, parameters: surrogateParameters,
  plan(column, parameters, context) {
    const domain = domainOf(context, parameters.domain);
    if (typeof domain === 'string') return domain;
    return fromVault(column, {
      method: 'surrogate', vaultDomain: domain.name, options: formOf(domain), out: pseudonymColumn(column, domain),
      // So many UUIDs and long texts are possible that none will equal an original.
      ...(isShort(formOf(domain)) && {reserve: context.table}),
    });
  },
};

const sequenceParameters = z.strictObject({
  domain: domainParameter,
  expected: z.int().min(1).exactOptional().describe('How many different values will come, about: then the numbers do not tell in which order they came.'),
});

export const sequence: Method<z.output<typeof sequenceParameters>> = {
  name: 'sequence', summary: 'a small whole number from the vault, in random order, the same for equal values of a domain', claim: 'safe-harbor',
  derived: false, reversible: true, deterministic: true, uniqueness: 'preserved', needs: {vault: true, domain: true},
  accepts: accepted, parameters: sequenceParameters,
  plan(column, {expected, ...parameters}, context) {
    const domain = domainOf(context, parameters.domain);
    if (typeof domain === 'string') return domain;
    return fromVault(column, {
      method: 'sequence', vaultDomain: `${domain.name} (sequence)`, out: computedColumn(column, 'int'),
      options: {form: 'sequence', ...(expected !== undefined && {expected})},
    });
  },
};

interface VaultColumn {
  readonly method: string;
  readonly vaultDomain: string;
  readonly options: DomainOptions;
  readonly out: Column;
  /** The column's originals are told to the vault beforehand, so that no pseudonym equals one of them. */
  readonly reserve?: Schema;
}

function fromVault({name}: Column, {method, vaultDomain, options, out, reserve}: VaultColumn): ChangeTreatment {
  const nobodys = nothingEquals(out);
  return {
    kind: 'change', column: out, joins: `${method} ${vaultDomain}`, usesVault: true,
    ...(reserve && {prepare: reserving(reserve, name, method, vaultDomain, options)}),
    start(tools) {
      const vault = vaultOf(tools, method);
      // Opened with the first value: a policy can be planned with a vault that has no such domain yet and is not written.
      let ofValue: ((value: Exclude<Value, null>) => Value) | undefined;
      const {count, notes} = counter();
      const open = () => {
        const domain = vault.domain(vaultDomain, options);
        if (!tools.comparing) return (value: Exclude<Value, null>) => domain.surrogate(value);
        return (value: Exclude<Value, null>) => {
          const found = domain.find(value);
          if (found === null) count('is not in the vault');
          return found ?? nobodys;
        };
      };
      return {of: value => (value === null ? null : (ofValue ??= open())(value)), notes};
    },
  };
}

function reserving(table: Schema, column: string, method: string, vaultDomain: string, options: DomainOptions): Prepare {
  return {
    async run(scan, tools, signal) {
      const vault = vaultOf(tools, method);
      if (tools.comparing || vault.readOnly) return;
      const domain = vault.domain(vaultDomain, options);
      let some: Value[] = [];
      const reserve = () => {
        domain.reserve(some);
        some = [];
      };
      const once = memo(value => some.push(value));
      await scan.rows(table, [column], ([value]) => {
        if (value !== null) once(value!);
        if (some.length >= BATCH) reserve();
      }, signal);
      reserve();
    },
  };
}

/** Values that are told to the vault at a time. */
const BATCH = 10_000;

function isShort(form: DomainOptions): boolean {
  switch (form.form) {
    case 'uuid': case 'sequence': return false;
    case 'integer': return true;
    case 'hex': return (form.length ?? 32) < 24;
    case 'digits': return (form.length ?? 12) < 28;
    case 'letters': return (form.length ?? 12) < 20;
  }
}

/** A value of the column's type that is no pseudonym of any form. */
const nothingEquals = ({type}: Column): Value => (type === 'int' ? 0 : type === 'uuid' ? '00000000-0000-0000-0000-000000000000' : '');
