import type {ReportedError, RunReport} from '@sluice/core';

/**
 * The exit code of a run, as every command documents it: 0 ok, 1 failed, 2 usage or configuration,
 * 3 partial, 130 interrupted.
 */
export function exitCodeOf({status, error}: RunReport): number {
  switch (status) {
    case 'ok': return 0;
    case 'partial': return 3;
    case 'interrupted': return 130;
    case 'failed': return isConfiguration(error?.code) ? 2 : 1;
  }
}

const isConfiguration = (code: ReportedError['code'] | undefined) => code === 'SLUICE_CONFIG' || code === 'SLUICE_UNDECIDED';
