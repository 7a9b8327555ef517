import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {join, parse} from 'node:path';
import {ErrorCode, PipelineError, type Problem} from '@sluice/core';
import {defaultStudy, loadLegacyStudy, loadStudy, type Study} from '@sluice/transform-age';
import {loadLegacyPaths, loadLegacySettings, loadPolicy, type Policy} from '@sluice/transform-deidentify';
import type {CopyOptions} from './bulk-config.ts';

export interface BulkOptions {
  readonly target: string;
  readonly archiveFolder: string | undefined;
  readonly policy: Policy;
  readonly study: Study | null;
  /** The superseded system wrote 9998 for an unknown age; with its settings it stays so. */
  readonly missingAge: number | undefined;
  readonly reportFiles: {readonly json: string; readonly html: string; readonly receipt: string};
  /** SHA-256 of the files with the rules, for the receipt. */
  readonly rules: {readonly policy?: string; readonly study?: string};
  /** What the old files say that has no effect. */
  readonly warnings: readonly string[];
}

const LEGACY_MISSING_AGE = 9998;

/** Reads the files that the options name, new or old. Throws CONFIG with every problem of all of them at once. */
export async function loadBulkOptions(config: CopyOptions, signal: AbortSignal): Promise<BulkOptions> {
  const problems: Problem[] = [];
  const attempt = async <T>(load: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await load();
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      // The old settings are read twice, for the policy and for the study: what is wrong with the file is told once.
      for (const one of error.problems.length > 0 ? error.problems : [{message: error.message}]) {
        if (!problems.some(({path, message}) => path === one.path && message === one.message)) problems.push(one);
      }
      return undefined;
    }
  };
  const {settings, filePath, policy: policyFile, study: studyFile, target, archive, report} = config;
  if (settings !== undefined && policyFile !== undefined) problems.push({path: '--policy', message: 'and --settings say the same thing twice; give one of them'});
  if (settings === undefined && policyFile === undefined) problems.push({path: '--policy', message: 'is required: what may leave must be decided; or --settings with the old file'});
  if (filePath !== undefined && target !== undefined) problems.push({path: '--target', message: 'and --file-path say the same thing twice; give one of them'});
  if (filePath === undefined && target === undefined) problems.push({path: '--target', message: 'is required; or --file-path with the old file'});

  const paths = filePath === undefined ? undefined : await attempt(() => loadLegacyPaths(filePath, signal));
  const policy = policyFile !== undefined ? await attempt(() => loadPolicy(policyFile, signal))
    : settings !== undefined ? await attempt(() => loadLegacySettings(settings, signal)) : undefined;
  const legacy = settings === undefined ? undefined : await attempt(() => loadLegacyStudy(settings, signal));
  const study = studyFile === 'none' ? null
    : studyFile !== undefined ? await attempt(() => loadStudy(studyFile, signal))
    : legacy?.study ?? defaultStudy;
  const file = target ?? (paths && join(paths.databaseFolder, paths.databaseName));

  if (problems.length > 0 || !policy || study === undefined || file === undefined) {
    const [first] = problems;
    throw new PipelineError(ErrorCode.CONFIG, problems.length === 1 && first
      ? `${first.path === undefined ? '' : `${first.path} `}${first.message}` : `${problems.length} problems with the options and the files they name`, {problems});
  }
  const {dir, name} = parse(file);
  return {
    target: file, policy, study,
    archiveFolder: archive ?? paths?.archiveFolder,
    missingAge: settings === undefined ? undefined : LEGACY_MISSING_AGE,
    reportFiles: report === undefined
      ? {json: join(dir, `${name}.report.json`), html: join(dir, `${name}.report.html`), receipt: join(dir, `${name}.receipt.json`)}
      : {json: join(report, 'report.json'), html: join(report, 'report.html'), receipt: join(report, `${name}.receipt.json`)},
    rules: {
      ...await hashed('policy', policyFile ?? settings),
      ...await hashed('study', studyFile === 'none' ? undefined : studyFile ?? settings),
    },
    warnings: legacy?.warnings ?? [],
  };
}

async function hashed(name: 'policy' | 'study', file: string | undefined): Promise<{readonly [Name in typeof name]?: string}> {
  return file === undefined ? {} : {[name]: createHash('sha256').update(await readFile(file)).digest('hex')};
}
