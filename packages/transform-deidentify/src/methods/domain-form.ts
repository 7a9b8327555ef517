import type {Column} from '@sluice/core';
import type {Form} from '@sluice/pseudonyms';
import {z} from 'zod';
import {computedColumn, type Domain, type MethodContext} from './method.ts';

export const domainParameter = z.string().min(1).describe('The identity domain: equal values of one domain get equal pseudonyms, in all tables, databases and runs.');

/** The domain of the policy; a text when it has none of this name. */
export function domainOf({domains}: MethodContext, name: string): Domain | string {
  return domains.get(name) ?? `names the domain ${name}, which the policy does not have: list it under \`domains\``;
}

export const formOf = ({form, length}: Domain): Form => (form === 'uuid' || form === 'integer' || length === undefined ? {form} : {form, length});

const DEFAULT_LENGTHS = {hex: 32, digits: 12, letters: 12};

/** A column of pseudonyms of a form, instead of the one that is there. */
export function pseudonymColumn(column: Column, {form, length}: Domain): Column {
  switch (form) {
    case 'integer': return computedColumn(column, 'int');
    case 'uuid': return column.type === 'uuid' ? computedColumn(column, 'uuid') : computedColumn(column, 'text', {maxLength: 36});
    default: return computedColumn(column, 'text', {maxLength: length ?? DEFAULT_LENGTHS[form]});
  }
}
