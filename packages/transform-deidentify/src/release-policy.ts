import type {ReleaseColumn, ReleasePolicy, ReleaseTable, Schema} from '@sluice/core';
import {readClass} from '@sluice/identifiers/classes';
import {classByName} from './class-by-name.ts';
import {leafColumn} from './json/leaf.ts';
import type {JsonPathRule, MethodUse} from './policy.ts';
import type {ColumnDecision, DecidedTable} from './table-plan.ts';
import type {DeidentifyTransform} from './transform.ts';

/** What a policy decided, as plain data for the certificate of a release; after `check` of the transform. Holds names, rules and persons who decided, never a value. */
export function releasePolicy({policy, decisions, judgement, keyIds}: DeidentifyTransform): ReleasePolicy {
  const {profile, sha256, asOf, risk, attestation, reviewBy} = policy;
  const decided = decisions.filter((one): one is DecidedTable & {readonly kind: 'decided'} => one.kind === 'decided');
  return {
    profile, sha256, asOf, attestation, reviewBy, keyIds, version: 1,
    claim: judgement?.claim ?? null, prevented: judgement?.prevented ?? [],
    tables: decided.map(releaseTable),
    excluded: decisions.flatMap(one => (one.kind === 'excluded' ? [{table: one.table, reason: one.reason}] : [])),
    risk: {
      thresholds: risk.thresholds,
      accepted: risk.accepted.map(({check, reason, decidedBy, expires}) => ({check, reason, decidedBy, expires})),
      quasi: risk.quasi === null ? null : decided.flatMap(({source}) => {
        const named = new Set(risk.quasi!.filter(rule => rule.matches(source.table)).flatMap(({columns}) => columns));
        return source.columns.filter(({name}) => named.has(name)).map(({name}) => ({table: source.table, column: name}));
      }),
    },
  };
}

function releaseTable({source, decisions, subject}: DecidedTable): ReleaseTable {
  return {table: source.table, subject, columns: decisions.flatMap(decision => [
    releaseColumn(decision, source),
    ...(decision.use?.json?.paths ?? []).map(path => releasePath(decision.column, path)),
  ])};
}

/** What nobody gave a class and does not stay counts as what its name says: its values are looked for in all the rest. */
function releaseColumn({column, treatment, use, class: named, reason, decidedBy}: ColumnDecision, {columns}: Schema): ReleaseColumn {
  const own = columns.find(({name}) => name === column);
  const identifier = readClass(named ?? (treatment.kind === 'keep' || own === undefined ? '' : classByName(own)));
  return {
    column, path: null, class: identifier?.class ?? null, kind: identifier?.kind ?? null,
    ...said(use, treatment.kind), reason: reason ?? (use === null ? 'not in the policy' : null), decidedBy: decidedBy ?? null,
    effect: treatment.kind === 'keep' ? 'kept' : treatment.kind === 'drop' ? 'dropped' : treatment.kind === 'fill' && treatment.value === null ? 'blanked' : 'changed',
    random: treatment.kind === 'change' && (treatment.random === true || treatment.usesVault === true),
  };
}

function releasePath(column: string, rule: JsonPathRule): ReleaseColumn {
  const {path, use, reason, decidedBy} = rule;
  const {method} = use!;
  const identifier = rule.identifier ?? readClass(method.name === 'keep' ? '' : classByName(leafColumn(rule)));
  const effects: Readonly<Record<string, ReleaseColumn['effect']>> = {keep: 'kept', drop: 'dropped', blank: 'blanked'};
  return {
    column, path, class: identifier?.class ?? null, kind: identifier?.kind ?? null, ...said(use, 'change'), reason: reason ?? null, decidedBy: decidedBy ?? null,
    effect: effects[method.name] ?? 'changed', random: method.random === true || method.needs?.vault === true,
  };
}

const said = (use: MethodUse | null, kind: string) => ({method: use?.method.name ?? kind, parameters: use?.text ?? kind});
