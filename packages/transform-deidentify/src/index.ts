export {deidentifyByTable} from './by-table.ts';
export type {TablePolicies} from './by-table.ts';
export {checkPolicy} from './check-policy.ts';
export type {CheckedPolicy} from './check-policy.ts';
export {limitOf} from './claims.ts';
export type {Limit, Prevented} from './claims.ts';
export {draftPolicy} from './draft-policy.ts';
export type {DraftOptions, Proposal} from './draft-policy.ts';
export {inspectDocuments} from './inspect-documents.ts';
export {inspectNumbers} from './inspect-numbers.ts';
export {documentPaths} from './json/shape.ts';
export {loadLegacyPaths, parseLegacyPaths} from './legacy-paths.ts';
export type {LegacyPaths} from './legacy-paths.ts';
export {loadLegacySettings, parseLegacySettings} from './legacy-settings.ts';
export type {Change, ChangeTreatment, ColumnTreatment, Domain, DomainForm, Method, MethodContext, MethodNeeds, Profile} from './methods/method.ts';
export type {Prepare, Scan} from './methods/prepared.ts';
export {methodTools, noTools} from './methods/tools.ts';
export type {MethodTools} from './methods/tools.ts';
export {allMethods, methods} from './methods/registry.ts';
export type {MethodName} from './methods/registry.ts';
export {zip3Areas} from './methods/zip3-areas.ts';
export {loadPolicy, parsePolicy, policyJsonSchema} from './policy-file.ts';
export type {
  Attestation, ColumnRule, Constraints, DomainRule, Exactness, Identifier, JsonPathRule, JsonRules, MethodUse, NameRule, Placed, Policy, QuasiRule, RiskRules, SubjectRule,
  TableRule, ViewRule,
} from './policy.ts';
export {releasePolicy} from './release-policy.ts';
export type {JudgedPolicy, ResolvedPolicy, TableDecision} from './resolve.ts';
export {judgePolicy, resolvePolicy} from './resolve.ts';
export {suggestFor} from './suggest.ts';
export type {Suggestion} from './suggest.ts';
export type {ColumnDecision, DecidedTable} from './table-plan.ts';
export {deidentify} from './transform.ts';
export type {DeidentifyTools, DeidentifyTransform} from './transform.ts';
