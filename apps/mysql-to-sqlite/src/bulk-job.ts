import {resolve} from 'node:path';
import type {Endpoint, Transform} from '@sluice/core';
import type {FreshJob} from '@sluice/job';
import {ageTransform, type Study} from '@sluice/transform-age';
import type {DeidentifyTransform} from '@sluice/transform-deidentify';
import {tool} from './tool.ts';

/** The collaboration file and what goes into it. */
export interface Bulk {
  /** Default `full`: rebuild it. */
  readonly kind?: FreshJob['kind'];
  readonly only?: FreshJob['only'];
  readonly force?: FreshJob['force'];
  readonly rules?: FreshJob['rules'];
  readonly source: Endpoint;
  /** The live file. */
  readonly target: string;
  /** Where the file it replaces goes; default its own folder. */
  readonly archiveFolder?: string | undefined;
  /** What may leave. */
  readonly deidentify: DeidentifyTransform;
  /** What examines the file before it goes live. */
  readonly gates?: FreshJob['gates'];
  /** How the study is laid out; null appends no ages. */
  readonly study: Study | null;
  /** What stands for an unknown age instead of what the study says: the superseded system wrote 9998. */
  readonly missingAge?: number | undefined;
  readonly verify: boolean;
  readonly reportFiles?: FreshJob['reportFiles'];
  readonly stateFile?: string | null | undefined;
}

/** Ages over this many years are identifiers under 45 CFR 164.514(b)(2)(i)(C): they form one category. */
const SAFE_HARBOR_YEARS = 90;

/** Ages come first: the policy takes away the birth dates they are computed from. */
export function bulkJob({source, target, archiveFolder, deidentify, gates, study, missingAge, verify, reportFiles, stateFile, kind = 'full', only, force, rules}: Bulk): FreshJob {
  const transforms: Transform[] = [deidentify];
  if (study) {
    transforms.unshift(ageTransform(study, {
      ...(deidentify.policy.profile === 'safe-harbor' && {capYears: SAFE_HARBOR_YEARS}),
      ...(missingAge !== undefined && {missing: missingAge}),
    }));
  }
  return {
    tool, source, transforms, verify, kind,
    ...(gates && {gates}), ...(only && {only}), ...(force && {force}), ...(rules && {rules}),
    destination: {
      url: `sqlite:${resolve(target)}`,
      options: {fresh: true, ...(archiveFolder !== undefined && {archiveDirectory: resolve(archiveFolder)})},
    },
    ...(reportFiles && {reportFiles}), ...(stateFile !== undefined && {stateFile}),
  };
}
