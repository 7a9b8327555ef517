import type {Column, Value} from '@sluice/core';

/**
 * A value in a form that does not depend on what a system has instead of a type: an integer for a truth value, a decimal without a fraction for an
 * integer that is longer than the system's own.
 */
export function comparable({type}: Column, value: Value): Value {
  if (type === 'bool' && typeof value === 'boolean') return String(Number(value));
  return type === 'int' && value !== null ? String(value) : value;
}
