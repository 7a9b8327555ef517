import {month, year, yearFloor90} from './dates.ts';
import type {Method} from './method.ts';
import {age90, bucket, topCode} from './numbers.ts';
import {zip3, zip5} from './places.ts';
import {blank, constant, drop, keep} from './plain.ts';

/** Every method, by the name that a policy calls it. */
export const methods = {keep, drop, blank, constant, year, yearFloor90, month, age90, topCode, bucket, zip3, zip5} as const;

export type MethodName = keyof typeof methods;

/** What a policy may call by its name alone: all whose parameters have defaults. */
export const isComplete = (name: MethodName): boolean => methods[name].parameters.safeParse({}).success;

/** For listing: parameters of any kind. */
export const allMethods: readonly Method<never>[] = Object.values(methods) as unknown as readonly Method<never>[];
