import type {Problem} from '@sluice/core';
import type {JsonPathRule, JsonRules} from '../policy.ts';
import {describeFault} from './fault.ts';
import {compilePaths, type Place} from './places.ts';
import {rewriteJson} from './rewrite.ts';
import {JsonFault} from './scan.ts';

/** What some documents tell about the paths of a policy, before the run: the shapes that do not fit, and paths that nothing is at. */
export interface DocumentCheck {
  see(document: string): void;
  /** After all were seen. None of it holds anything of a document. */
  result(): {readonly problems: readonly Problem[]; readonly warnings: readonly string[]};
}

/** `path` is the table and the column, for problems. */
export function checkDocuments(rules: JsonRules, path: string): DocumentCheck {
  const {root} = compilePaths(rules.paths);
  const faults = new Map<string, JsonFault>();
  const met = new Set<JsonPathRule>();
  let seen = 0;
  const follow = watching(root, rule => met.add(rule));
  const note = (fault: JsonFault) => void faults.set(`${fault.kind} ${fault.path}`, fault);
  return {
    see(document) {
      if (document === '') return;
      seen++;
      try {
        rewriteJson(document, follow, {
          value: (_, token) => token,
          undecided(place, kind) {
            if (rules.undecided === 'fail') note(new JsonFault('undecided', place.path, kind));
          },
        });
      } catch (error) {
        if (!(error instanceof JsonFault)) throw error;
        note(error);
      }
    },
    result() {
      const unmet = seen === 0 ? [] : rules.paths.filter(rule => !met.has(rule) && rule.steps.length > 0);
      const nothing = ({path: where}: JsonPathRule) => `none of the ${seen} documents looked at has anything at ${where}`;
      const exposed = unmet.filter(rule => rule.effect !== 'keep' && rule.reason === undefined && rules.paths.some(other => keepsAround(other, rule)));
      return {
        problems: [
          ...[...faults.values()].map((fault): Problem => ({path, message: `a document ${describeFault(fault)}${hint(fault, unmet)}`, ...(fault.kind === 'undecided' && {undecided: true})})),
          // A misspelt path beside one that keeps the rest: what it was to take out would leave.
          ...exposed.map((rule): Problem => ({path: rule.place(), message: `${nothing(rule)}, and another path keeps whatever is beside it: is it misspelt? With a reason it counts as meant`})),
        ],
        warnings: unmet.filter(rule => !exposed.includes(rule)).map(rule => `${rule.place()}: ${nothing(rule)}`),
      };
    },
  };
}

/** Whether one path keeps what would stand where the other was meant to be. */
function keepsAround(other: JsonPathRule, {steps}: JsonPathRule): boolean {
  const wide = other.steps.findIndex(({kind}) => kind === 'anyMember' || kind === 'deep');
  const shared = wide < 0 ? other.steps.length : wide;
  return other.effect === 'keep' && shared < steps.length && JSON.stringify(other.steps.slice(0, shared)) === JSON.stringify(steps.slice(0, shared));
}

/** The same places, and tells which rules decided something. */
function watching(place: Place<JsonPathRule>, tell: (rule: JsonPathRule) => void): Place<JsonPathRule> {
  return {
    path: place.path, deep: place.deep, inner: place.inner,
    get rule() {
      if (place.rule) tell(place.rule);
      return place.rule;
    },
    member: name => watching(place.member(name), tell),
    get element() { return watching(place.element, tell); },
  };
}


function hint({kind, path}: JsonFault, unmet: readonly JsonPathRule[]): string {
  if (kind !== 'undecided' || !path.endsWith('.*')) return '';
  const near = unmet.find(({path: own}) => own.startsWith(path.slice(0, -1)));
  return near ? `; ${near.path} is in the policy, and nothing is there: perhaps it is misspelt` : '';
}
