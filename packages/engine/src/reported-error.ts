import {PipelineError, type ReportedError} from '@sluice/core';

/**
 * A failure as the report tells it. An error that is not a PipelineError is a bug: its message may
 * quote anything, so only its kind is told; the error itself goes to the caller for `--verbose`.
 */
export function reportedError(error: unknown): ReportedError {
  if (error instanceof PipelineError) {
    return {
      code: error.code,
      message: error.message,
      ...error.context,
      ...(error.remedy !== undefined && {remedy: error.remedy}),
      ...(error.problems.length > 0 && {problems: error.problems}),
    };
  }
  const kind = error instanceof Error ? error.name : typeof error;
  return {
    code: 'SLUICE_INTERNAL',
    message: `an internal error stopped the run (${kind})`,
    remedy: 'run again with --verbose and report what it prints',
  };
}
