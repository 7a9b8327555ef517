import {Fitting, Refusal, type Schema, type TableLossRules} from '@sluice/core';
import {FIELD_TYPES} from './field-types.ts';
import type {Format} from './location.ts';

/** Meets what is in no form of its column by the rules of a load. Columns without a rule are not looked at: writing refuses what they cannot hold. */
export function fittingOf(schema: Schema, format: Format, rules: TableLossRules = new Map()): Fitting {
  return fitting(schema, format, name => rules.has(name), rules);
}

/** Looks at every column, to tell what the file can hold. */
export const judging = (schema: Schema, format: Format): Fitting => fitting(schema, format, () => true, new Map());

function fitting({table, columns}: Schema, format: Format, isFitted: (column: string) => boolean, rules: TableLossRules): Fitting {
  return new Fitting(table, columns.flatMap(({name, type, nullable}, at) => {
    if (!isFitted(name)) return [];
    const {text, json} = FIELD_TYPES[type];
    const form = format === 'csv' ? text : json;
    const refusal = new Refusal(`holds what is not in the form of type ${type}, or half of a surrogate pair`);
    return [{at, name, nullable, rewrite: value => form(value) === undefined ? refusal : value}];
  }), rules);
}
