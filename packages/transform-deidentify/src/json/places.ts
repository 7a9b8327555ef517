import {formatJsonPath, type JsonStep} from './path.ts';

/** What {@link compilePaths} must know of a rule. */
export interface PathRule {
  readonly steps: readonly JsonStep[];
  /** `keep` leaves things as they are, `drop` takes them out, `value` needs a single value; `undecided` is no decision yet. */
  readonly effect: 'keep' | 'drop' | 'value' | 'undecided';
  /** Rules with the same text say the same. */
  readonly saying: string;
}

/**
 * A place in a document as the rules see it: all values to which the same rules apply. A finite
 * automaton, made once: rewriting follows it and never compares a path.
 */
export interface Place<R extends PathRule> {
  /** As the policy would write it. Members that no rule names are `*`: their names are data. */
  readonly path: string;
  /** What decides here. */
  readonly rule: R | null;
  /** A single value here is decided from above (`.**`), and an object or array is gone into. */
  readonly deep: boolean;
  /** Rules lead further in. */
  readonly inner: boolean;
  member(name: string): Place<R>;
  readonly element: Place<R>;
}

export interface CompiledPaths<R extends PathRule> {
  readonly root: Place<R>;
  /** Contradictions, and rules that can never have an effect. */
  readonly problems: readonly {readonly rules: readonly R[]; readonly message: string}[];
}

/** A rule on the way: how many of its steps were taken, and how exactly each step was named. */
interface Going<R extends PathRule> {
  readonly rule: R;
  readonly taken: number;
  readonly exact: readonly number[];
  /** Taken to its end further up, or by `.**`. */
  readonly inherited: boolean;
}

const NAMED = 3;
const ANY = 2;
const DEEP = 1;
const BELOW = 0;

/**
 * Makes the places that the rules tell apart. The most exact rule decides, step by step: a name before
 * `*` before what lies further up; of rules that are not so ordered (`$.*.ssn` and `$.person.*`) one that takes something out
 * goes before one that keeps it. A rule decides about everything below it, too, as far as no other does.
 */
export function compilePaths<R extends PathRule>(rules: readonly R[]): CompiledPaths<R> {
  const problems: {readonly rules: readonly R[]; readonly message: string}[] = [];
  const used = new Set<R>();
  const root = place([], rules.map(rule => ({rule, taken: 0, exact: [], inherited: false})));
  for (const rule of rules) {
    if (!used.has(rule) && !problems.some(problem => problem.rules.includes(rule))) {
      problems.push({rules: [rule], message: 'has no effect: other paths decide about everything it means'});
    }
  }
  return {root, problems};

  function place(steps: readonly JsonStep[], going: readonly Going<R>[]): Place<R> {
    const path = formatJsonPath(steps);
    const arrived = going.filter(({rule, taken, inherited}) => inherited || taken === rule.steps.length);
    const onward = going.filter(({rule, taken, inherited}) => !inherited && taken < rule.steps.length);
    const deeper = onward.filter(({rule, taken}) => rule.steps[taken]!.kind !== 'deep');
    const best = arrived.filter(one => !arrived.some(other => isMoreExact(other.exact, one.exact)));
    const chosen = choose(best, path);
    if (chosen) used.add(chosen.rule);
    const deep = chosen?.inherited === true && chosen.rule.steps.at(-1)?.kind === 'deep';
    // `.*` may mean single values beside objects that have paths of their own; a name means one thing.
    if (chosen?.rule.effect === 'value' && !chosen.inherited && chosen.exact.at(-1) !== ANY && onward.length > 0) {
      problems.push({rules: [chosen.rule, ...onward.map(({rule}) => rule)], message: `${path} cannot be a single value and have paths below it`});
      return end(path, chosen.rule, false);
    }
    // Nothing new below: every value there is decided as here.
    if (onward.length === 0) return end(path, chosen?.rule ?? null, deep);

    const names = new Set(deeper.flatMap(({rule, taken}) => {
      const step = rule.steps[taken]!;
      return step.kind === 'member' ? [step.name] : [];
    }));
    const inherit = arrived.filter(({rule, inherited}) => inherited || rule.effect !== 'value')
      .map((one): Going<R> => ({...one, exact: [...one.exact, BELOW], inherited: true}));
    const next = (step: JsonStep): Place<R> => place([...steps, step], [...inherit, ...onward.flatMap(one => advance(one, step))]);
    const members = new Map([...names].map(name => [name, next({kind: 'member', name})]));
    const other = next({kind: 'anyMember'});
    return {
      path, rule: chosen?.rule ?? null, deep, inner: true,
      member: name => members.get(name) ?? other, element: next({kind: 'element'}),
    };
  }

  function choose(best: readonly Going<R>[], path: string): Going<R> | undefined {
    const [first] = best;
    if (!first || best.length === 1) return first;
    const taking = best.filter(({rule}) => rule.effect !== 'keep');
    const open = taking.find(({rule}) => rule.effect === 'undecided');
    const alike = best.filter(one => best.some(other => one.rule.saying !== other.rule.saying && one.exact.every((exact, i) => exact === other.exact[i])));
    const says = new Set(taking.map(({rule}) => rule.saying));
    if (alike.length > 0) problems.push({rules: alike.map(({rule}) => rule), message: `these paths are the same and say different things of ${path}`});
    else if (!open && says.size > 1) problems.push({rules: taking.map(({rule}) => rule), message: `these paths disagree about ${path}, and none is more exact`});
    for (const {rule} of best) used.add(rule);
    return open ?? taking[0] ?? first;
  }
}

function advance<R extends PathRule>(one: Going<R>, taken: JsonStep): Going<R>[] {
  const step = one.rule.steps[one.taken]!;
  const go = (exact: number, inherited = false): Going<R>[] => [{rule: one.rule, taken: one.taken + 1, exact: [...one.exact, exact], inherited}];
  switch (step.kind) {
    case 'deep': return go(DEEP, true);
    case 'element': return taken.kind === 'element' ? go(NAMED) : [];
    case 'anyMember': return taken.kind === 'element' ? [] : go(ANY);
    case 'member': return taken.kind === 'member' && taken.name === step.name ? go(NAMED) : [];
  }
}

/** A place beneath which nothing changes any more. */
function end<R extends PathRule>(path: string, rule: R | null, deep: boolean): Place<R> {
  const place = (path: string): Place<R> => ({path, rule, deep, inner: false, member: () => below, get element() { return below; }});
  const below = place(`${path}.**`);
  return place(path);
}

/** Of two that were named step by step: at least as exact everywhere, and more somewhere. */
function isMoreExact(one: readonly number[], other: readonly number[]): boolean {
  return one.every((exact, i) => exact >= other[i]!) && one.some((exact, i) => exact > other[i]!);
}
