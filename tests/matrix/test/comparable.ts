import type {Column, Value} from '@sluice/core';

/** A value in a form that does not depend on what a system has instead of a type: an integer for a truth value. */
export function comparable({type}: Column, value: Value): Value {
  return type === 'bool' && typeof value === 'boolean' ? Number(value) : value;
}
