import type {Catalog, Problem} from '@sluice/core';
import {surprises} from './checks/unused-rules.ts';
import type {Prevented} from './claims.ts';
import type {Profile} from './methods/method.ts';
import type {Policy} from './policy.ts';
import {judgePolicy, type TableDecision} from './resolve.ts';

/** A policy before a run: what is wrong, what it could claim, what becomes of everything. */
export interface CheckedPolicy {
  /** Everything that would stop a run, but for what only rows, keys or the vault can tell. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
  /** The strongest claim that the decisions support, whatever the policy claims; null when they support none. */
  readonly claim: Profile | null;
  /** What prevents each stronger one. */
  readonly prevented: readonly Prevented[];
  readonly decisions: readonly TableDecision[];
}

/** Lays a policy over a database and tells all about it. Needs no key, no vault and no row. */
export function checkPolicy(policy: Policy, catalog: Catalog): CheckedPolicy {
  const {problems, claim, prevented, tables} = judgePolicy(policy, catalog);
  return {problems, claim, prevented, decisions: [...tables.values()], warnings: [...policy.warnings, ...surprises(policy, catalog), ...incomplete(policy, claim)]};
}

/** What a claim needs besides rules. */
function incomplete({profile, attestation, name}: Policy, claim: Profile | null): string[] {
  return profile === 'safe-harbor' && claim === 'safe-harbor' && attestation === null
    ? [`${name}: Safe Harbor also needs that nobody here knows how the data could identify somebody, 45 CFR 164.514(b)(2)(ii): give \`attestation\``] : [];
}
