import type {Column, Problem, Value} from '@sluice/core';
import type {Change, ChangeTreatment, ColumnTreatment, MethodContext} from '../methods/method.ts';
import type {JsonPathRule, JsonRules} from '../policy.ts';
import {faultError} from './fault.ts';
import {compilePaths, type Place} from './places.ts';
import {leafName, prepareInside} from './prepare-inside.ts';
import {rewriteJson} from './rewrite.ts';
import {JsonFault, type JsonKind} from './scan.ts';
import {changedToken, readToken, typeInside} from './token.ts';

export interface PlannedJson {
  /** Null when a path has no decision yet, or a method that cannot be used there. */
  readonly treatment: ColumnTreatment | null;
  /** `path` is the JSON path. */
  readonly problems: readonly Problem[];
}

/** What every path becomes: a method sees single values only. */
type Treatments = ReadonlyMap<JsonPathRule, ColumnTreatment>;

/** Plans the methods of all paths, and the document that comes of them. */
export function planJson(rules: JsonRules, column: Column, context: MethodContext): PlannedJson {
  const problems: Problem[] = [];
  const treatments = new Map<JsonPathRule, ColumnTreatment>();
  for (const rule of rules.paths) {
    const planned = planPath(rule, column, context);
    if (typeof planned !== 'string') treatments.set(rule, planned);
    else problems.push({path: rule.path, message: `${rule.place()}: ${planned}`, ...(rule.use === null && {undecided: true as const})});
  }
  if (problems.length > 0) return {treatment: null, problems};
  const changes = [...treatments].flatMap(([rule, treatment]) => (treatment.kind === 'change' ? [{rule, treatment}] : []));
  const others = [...new Set(changes.flatMap(({treatment}) => treatment.with ?? []))];
  const {root} = compilePaths(rules.paths);
  const {table} = context.table;
  return {problems, treatment: {
    kind: 'change', column: documentColumn(column, mayGo(root, rules), rules.paths.some(({effect}) => effect === 'value')),
    ...(others.length > 0 && {with: others}), ...prepareInside(changes, root, column, context.table),
    ...(changes.some(({treatment}) => treatment.random) && {random: true}),
    ...(changes.some(({treatment}) => treatment.usesVault) && {usesVault: true}),
    ...(changes.some(({treatment}) => treatment.usesKnown) && {usesKnown: true}),
    ...versionOf(changes.map(({treatment}) => treatment)),
    start: tools => startDocument({
      root, table, column: column.name, treatments, others, undecided: rules.undecided,
      started: new Map(changes.map(({rule, treatment}) => [rule, treatment.start(tools)])),
    }),
  }};
}

function planPath({use, identifier, path}: JsonPathRule, column: Column, context: MethodContext): ColumnTreatment | string {
  if (use === null) return 'no decision about the JSON path';
  const {method, parameters} = use;
  if (method.needs?.subject && context.subject === null) return `${method.name} must know whose rows these are: give \`subjects: {${context.table.table}: {key: [...]}}\``;
  const type = typeInside(method);
  if (type === undefined) return `${method.name} does not work inside a document, only on columns of type ${[...method.accepts].join(', ')}`;
  const treatment = method.plan({name: leafName(column, path), type, nullable: true}, parameters, {...context, class: identifier?.kind ?? identifier?.class ?? null});
  if (typeof treatment === 'string') return `${method.name} ${treatment}`;
  // It looks at rows, and a document may have many of these values or none.
  if (method.name === 'localSuppress') return 'localSuppress compares rows, and does not work inside a document';
  return treatment;
}

/** Of all methods inside together. */
function versionOf(treatments: readonly ChangeTreatment[]): {version?: string} {
  const versions = [...new Set(treatments.flatMap(({version}) => (version === undefined ? [] : [version])))];
  return versions.length === 0 ? {} : {version: versions.join(' ')};
}

/** What the source promised of the old documents is gone; the type stays, and the length as long as documents can only get shorter. */
function documentColumn({default: _, generated: __, comment: ___, enumValues: ____, ...column}: Column, mayGo: boolean, mayGrow: boolean): Column {
  const {native, maxLength, ...unlimited} = column;
  return {...(mayGrow && maxLength !== undefined ? unlimited : column), nullable: column.nullable || mayGo};
}

/** Whether a whole document can be taken out. */
const mayGo = (root: Place<JsonPathRule>, {undecided}: JsonRules): boolean => root.rule?.effect === 'drop' || root.rule?.effect === 'value' || undecided === 'drop';

interface Document {
  readonly root: Place<JsonPathRule>;
  readonly table: string;
  readonly column: string;
  readonly treatments: Treatments;
  readonly started: ReadonlyMap<JsonPathRule, Change>;
  /** What the methods together look at besides. */
  readonly others: readonly string[];
  readonly undecided: JsonRules['undecided'];
}

function startDocument({root, table, column, treatments, started, others, undecided}: Document): Change {
  const dropped = new Map<string, number>();
  const seeing = new Map([...started.keys()].map(rule => {
    const names = (treatments.get(rule) as ChangeTreatment).with ?? [];
    return [rule, {at: names.map(name => others.indexOf(name)), row: names.map((): Value => null)}] as const;
  }));
  let beside: readonly Value[] = [];

  const value = (rule: JsonPathRule, token: string, kind: JsonKind): string | null => {
    const treatment = treatments.get(rule)!;
    if (treatment.kind !== 'change') return treatment.kind === 'drop' ? null : treatment.kind === 'keep' ? token : changedToken(treatment.value);
    const {at, row} = seeing.get(rule)!;
    for (let i = 0; i < at.length; i++) row[i] = beside[at[i]!]!;
    const given = readToken(token, kind, typeInside(rule.use!.method)!);
    const result = started.get(rule)!.of(given, row);
    return Object.is(result, given) ? token : changedToken(result);
  };
  const open = ({path}: Place<JsonPathRule>) => {
    if (undecided !== 'drop') throw new JsonFault('undecided', path);
    dropped.set(path, (dropped.get(path) ?? 0) + 1);
  };

  return {
    of(document, row) {
      // An empty text is no document and says nothing.
      if (document === null || document === '') return document;
      beside = row;
      try {
        if (typeof document !== 'string') throw new JsonFault('malformed', '$');
        return rewriteJson(document, root, {value, undecided: open});
      } catch (error) {
        throw error instanceof JsonFault ? faultError(error, table, column) : error;
      }
    },
    notes: () => [
      ...[...dropped].map(([path, count]) => ({message: `${path} is in no rule: dropped`, count})),
      ...[...started].flatMap(([{path}, change]) => change.notes().map(note => ({...note, message: `${path} ${note.message}`}))),
    ],
  };
}
