import type {Column} from '@sluice/core';
import type {JsonPathRule} from '../policy.ts';

/** What a path is by the name of its last member, as if it were a column; where it means more than one member, a document. */
export function leafColumn({steps}: JsonPathRule): Column {
  const names = steps.flatMap(step => (step.kind === 'member' ? [step.name] : []));
  const isWide = steps.length === 0 || steps.some(({kind}) => kind === 'anyMember' || kind === 'deep');
  return {name: names.at(-1) ?? '', type: isWide ? 'json' : 'text', nullable: true};
}
