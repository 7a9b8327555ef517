import {Refusal, type Rewrite} from '@sluice/core';

const refusal = new Refusal('holds text that is no JSON document');

/** Text that is a JSON document. Servers see to that by themselves; where a rule says what becomes of others, they have to be seen before. */
export const jsonText: Rewrite = value => {
  if (typeof value !== 'string') return refusal;
  try {
    JSON.parse(value);
    return value;
  } catch {
    return refusal;
  }
};
