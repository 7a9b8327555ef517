import {ErrorCode, PipelineError, type Destination, type Gate, type RunReport} from '@sluice/core';
import {eachOf} from './each-of.ts';

/** Tells every gate how the run ended, so that it writes what is to stay. Throws the first failure, once all were told. */
export async function settleGates(gates: readonly Gate[] = [], report: RunReport, destination: Destination, signal: AbortSignal): Promise<void> {
  const seal = async (stop: AbortSignal) => await destination.sealLive?.(stop) ?? null;
  try {
    await eachOf(gates.map(gate => async () => await gate.settled?.({report, seal}, signal)));
  } catch (error) {
    if (!report.published || !(error instanceof PipelineError)) throw error;
    throw new PipelineError(ErrorCode.WRITE, `the copy is live, but not all of what belongs to it was written: ${error.message}`, {
      cause: error, ...(error.remedy !== undefined && {remedy: error.remedy}),
    });
  }
}
