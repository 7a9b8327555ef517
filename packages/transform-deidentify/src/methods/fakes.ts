import {randomInt} from 'node:crypto';
import type {Column, ColumnType, Value} from '@sluice/core';
import {fakeSeed} from '@sluice/pseudonyms/keyed';
import {z} from 'zod';
import {domainOf, domainParameter} from './domain-form.ts';
import {fakeKinds, fakes, kindsOfClass, longestFake, type FakeKind, type Numbers} from './fake-values.ts';
import {memo} from './memo.ts';
import {computedColumn, type ChangeTreatment, type Method} from './method.ts';
import {keyOf} from './tools.ts';

const accepted: ReadonlySet<ColumnType> = new Set(['text', 'any']);

const kind = z.enum(fakeKinds as [FakeKind, ...FakeKind[]]).exactOptional().describe('What to make up; by the class of the column when absent.');

const randomParameters = z.strictObject({kind});

export const fakeRandom: Method<z.output<typeof randomParameters>> = {
  name: 'fakeRandom', summary: 'every value, not NULL, becomes a made-up one, another in each run', claim: 'safe-harbor',
  derived: false, reversible: false, deterministic: false, uniqueness: 'lossy', random: true,
  accepts: accepted, parameters: randomParameters,
  plan(column, parameters, context) {
    const made = kindFor(column, parameters.kind, context.class);
    if (typeof made !== 'string') return made.problem;
    const make = fakes[made];
    return fake(column, {random: true, start: () => value => (value === null ? null : make(randomInt))});
  },
};

const keyedParameters = z.strictObject({kind, domain: domainParameter});

export const fakeKeyed: Method<z.output<typeof keyedParameters>> = {
  name: 'fakeKeyed', summary: 'a made-up value computed with the key: equal values of a domain get equal ones, different values may, too', claim: 'limited-data-set',
  derived: true, reversible: false, deterministic: true, uniqueness: 'lossy', needs: {key: true, domain: true},
  accepts: accepted, parameters: keyedParameters,
  plan(column, parameters, context) {
    const domain = domainOf(context, parameters.domain);
    if (typeof domain === 'string') return domain;
    const made = kindFor(column, parameters.kind, context.class);
    if (typeof made !== 'string') return made.problem;
    const make = fakes[made];
    return fake(column, {
      start(tools) {
        const key = keyOf(tools, 'fakeKeyed').domain(domain.name, `fake ${made}`);
        const of = memo(value => make(seeded(fakeSeed(key, value))));
        return value => (value === null ? null : of(value));
      },
    });
  },
};

function fake(column: Column, {random, start}: {readonly random?: true; readonly start: (tools: Parameters<ChangeTreatment['start']>[0]) => (value: Value) => Value}): ChangeTreatment {
  return {
    kind: 'change', column: computedColumn(column, column.type, column.maxLength === undefined ? {} : {maxLength: column.maxLength}), ...(random && {random}),
    start(tools) {
      const of = start(tools);
      return {of, notes: () => []};
    },
  };
}

/** What to make up for a column, as far as it has room for it. */
function kindFor({maxLength}: Column, given: FakeKind | undefined, className: string | null): FakeKind | {readonly problem: string} {
  const made = given ?? (className === null ? undefined : kindsOfClass.get(className));
  if (made === undefined) {
    const of = className === null ? 'the column has no class' : `nothing is known to make up for the class ${className}`;
    return {problem: `needs to know what to make up, and ${of}: give \`kind\`, one of ${fakeKinds.join(', ')}`};
  }
  const longest = longestFake(made);
  return maxLength !== undefined && maxLength < longest ? {problem: `makes values of up to ${longest} characters, and the column has room for ${maxLength}`} : made;
}

/** A stream of whole numbers from a seed (splitmix32): not secret, the seed is. */
function seeded(seed: number): Numbers {
  let state = (seed ^ Math.floor(seed / 0x1_0000_0000) * 0x9e3779b1) >>> 0;
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let bits = state ^ state >>> 16;
    bits = Math.imul(bits, 0x21f0aaad);
    bits = Math.imul(bits ^ bits >>> 15, 0x735a2d97);
    return (bits ^ bits >>> 15) >>> 0;
  };
  return below => Math.floor(next() / 0x1_0000_0000 * below);
}
