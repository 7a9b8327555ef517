import {existsSync} from 'node:fs';
import {ErrorCode, PipelineError, type Gate, type Problem, type Transform} from '@sluice/core';
import type {KeySource, MasterKey, Vault} from '@sluice/pseudonyms';
import {deidentify, deidentifyByTable, releasePolicy, type DeidentifyTools, type DeidentifyTransform, type Policy, type TablePolicies} from '@sluice/transform-deidentify';
import {absentVault} from './absent-vault.ts';
import type {CertificateSettings, MaskingSettings} from './options.ts';

/** `run`: rows are written; `look`: nothing is touched, the vault neither; `compare`: rows are made again, to be compared with those that are there. */
export type Purpose = 'run' | 'look' | 'compare';

export interface MaskingRequest {
  readonly policy: Policy;
  readonly settings: MaskingSettings & CertificateSettings;
  /** What the certificate calls the program. */
  readonly tool: {readonly name: string; readonly version: string};
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly purpose: Purpose;
}

/** A policy ready to be applied. Disposing closes its vault and forgets its key. */
export interface Masking extends AsyncDisposable {
  readonly transform: DeidentifyTransform;
  /** Of a run that is to have a certificate: what examines it before it goes live. */
  readonly gates: readonly Gate[];
}

/**
 * Reads the key and opens the vault that the options name. Throws CONFIG when the key is missing, weak or given twice, when the vault is
 * another's, damaged or, to compare, not there; LOCKED when another process holds it for long.
 */
export async function openMasking({policy, settings, tool, env, purpose}: MaskingRequest, signal: AbortSignal): Promise<Masking> {
  const tools = await openTools({settings, env, purpose}, signal);
  try {
    const transform = deidentify(policy, tools);
    return {transform, gates: purpose === 'run' ? await gatesOf(settings, transform, tool) : [], [Symbol.asyncDispose]: () => tools[Symbol.asyncDispose]()};
  } catch (error) {
    await tools[Symbol.asyncDispose]();
    throw error;
  }
}

/** Several policies, each for tables of its own, under one key and with one vault. */
export interface TableMaskingRequest extends Pick<MaskingRequest, 'settings' | 'env' | 'purpose'> {
  readonly policies: readonly Policy[];
  readonly byTable: TablePolicies;
}

/** The same for several policies. Throws CONFIG besides when a certificate is asked for: that speaks of one policy, and of all that is released. */
export async function openTableMasking({policies, byTable, settings, env, purpose}: TableMaskingRequest, signal: AbortSignal): Promise<{readonly transform: Transform} & AsyncDisposable> {
  if (settings.certificate !== undefined) {
    throw new PipelineError(ErrorCode.CONFIG, 'a certificate speaks of one policy and of all that is released, and not every table is under the same one', {remedy: 'name one policy for all tables, or take the certificate out'});
  }
  const tools = await openTools({settings, env, purpose}, signal);
  return {transform: deidentifyByTable(byTable, policies, tools), [Symbol.asyncDispose]: () => tools[Symbol.asyncDispose]()};
}

/** The key and the vault, to be disposed. */
async function openTools({settings, env, purpose}: Pick<MaskingRequest, 'settings' | 'env' | 'purpose'>, signal: AbortSignal): Promise<DeidentifyTools & AsyncDisposable> {
  const source = keySource(settings, env);
  const pseudonyms = source === null ? null : await import('@sluice/pseudonyms');
  const key = pseudonyms === null || source === null ? null : await pseudonyms.readMasterKey(source, signal);
  try {
    const vault = openVaultOf(settings.vault, key, purpose, pseudonyms);
    return {
      key, vault, comparing: purpose === 'compare',
      async [Symbol.asyncDispose]() {
        vault?.[Symbol.dispose]();
        key?.[Symbol.dispose]();
      },
    };
  } catch (error) {
    key?.[Symbol.dispose]();
    throw error;
  }
}

async function gatesOf({certificate, signingKey, operator}: CertificateSettings, transform: DeidentifyTransform, tool: MaskingRequest['tool']): Promise<readonly Gate[]> {
  if (certificate === undefined) {
    if (signingKey !== undefined) throw new PipelineError(ErrorCode.CONFIG, 'a signing key is given, and no certificate to sign', {remedy: 'name the certificate with --certificate'});
    return [];
  }
  const {certificateGate} = await import('@sluice/release');
  return [certificateGate({
    policy: () => releasePolicy(transform), tool, files: {json: certificate, html: pageOf(certificate)},
    ...(signingKey !== undefined && {signingKey}), ...(operator !== undefined && {operator}),
  })];
}

const pageOf = (file: string): string => `${file.replace(/\.json$/u, '')}.html`;

function openVaultOf(file: string | undefined, key: MasterKey | null, purpose: Purpose, pseudonyms: typeof import('@sluice/pseudonyms') | null): Vault | null {
  if (file === undefined) return null;
  if (key === null || pseudonyms === null) {
    throw new PipelineError(ErrorCode.CONFIG, 'the vault needs the master key it was made with, and none was given', {remedy: 'give it by --key-file, SLUICE_KEY or --key-command'});
  }
  if (purpose === 'look' && !existsSync(file)) return absentVault(file, key.id);
  return pseudonyms.openVault(file, key, {readOnly: purpose !== 'run'});
}

/** The one place the key comes from; null when none is named. */
function keySource({keyFile, keyCommand}: MaskingSettings, env: MaskingRequest['env']): KeySource | null {
  const given = [
    ...(keyFile === undefined ? [] : [{told: '--key-file', source: {file: keyFile}}]),
    ...(keyCommand === undefined ? [] : [{told: '--key-command', source: {command: keyCommand as readonly [string, ...string[]]}}]),
    ...((env['SLUICE_KEY'] ?? '') === '' ? [] : [{told: 'SLUICE_KEY', source: {env: 'SLUICE_KEY', environment: env}}]),
  ];
  if (given.length > 1) {
    const problems = given.map(({told}): Problem => ({path: told, message: 'names a master key'}));
    throw new PipelineError(ErrorCode.CONFIG, `${given.length} master keys are given; give one of them`, {problems});
  }
  return given[0]?.source ?? null;
}
