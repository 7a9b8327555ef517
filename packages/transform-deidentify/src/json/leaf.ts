import type {Column} from '@sluice/core';
import type {JsonPathRule} from '../policy.ts';

/** What a path is by the names of its members, as if it were a column; where it means more than one member, a document. */
export function leafColumn({steps}: JsonPathRule): Column {
  const isWide = steps.length === 0 || steps.some(({kind}) => kind === 'anyMember' || kind === 'deep');
  return {...memberColumn(steps.flatMap(step => (step.kind === 'member' ? [step.name] : []))), ...(isWide && {type: 'json'})};
}

/** What a value is by the names that lead to it: the last of them, and of a part of a name both: `name.family`. */
export function memberColumn(names: readonly string[]): Column {
  const name = names.at(-1) ?? '';
  const above = names.at(-2) ?? '';
  return {name: partOfName.test(name) && /names?$/iu.test(above) ? `${name} name` : name, type: 'text', nullable: true};
}

/** As in HL7 FHIR, `{"name": [{"family": …, "given": […]}]}`, and in most other notations of a person's name. */
const partOfName = /^(?:family|given|first|last|middle|maiden|sur|nick|full|text)$/iu;
