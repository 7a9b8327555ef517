import type {Column, Value} from '@sluice/core';

/**
 * A value in a form that does not depend on what a system has instead of a type: an integer for a truth value, and where the `other` side keeps an
 * integer as a decimal without a fraction, because its own are shorter, the digits of it.
 */
export function comparable({type}: Column, value: Value, other: Column | undefined): Value {
  if (type === 'bool' && typeof value === 'boolean') return Number(value);
  return type === 'int' && other?.type === 'decimal' && other.scale === 0 && value !== null ? String(value) : value;
}
