import {ErrorCode, PipelineError, type ReportedError, type RunReport} from '@sluice/core';

/** 0 ok, also when there was nothing to do; 1 failed; 2 usage or configuration; 3 partial; 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

export function exitCodeOfReport({status, error}: RunReport): ExitCode {
  switch (status) {
    case 'ok': return 0;
    case 'partial': return 3;
    case 'interrupted': return 130;
    case 'failed': return exitCodeOfCode(error?.code);
  }
}

export const exitCodeOfError = (error: unknown): ExitCode => error instanceof PipelineError ? exitCodeOfCode(error.code) : 1;

const exitCodeOfCode = (code: ReportedError['code'] | undefined): ExitCode => code === ErrorCode.CONFIG || code === ErrorCode.UNDECIDED ? 2 : 1;
