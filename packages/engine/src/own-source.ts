import {ErrorCode, PipelineError, type Destination, type Source} from '@sluice/core';

/** Throws CONFIG when the destination would write over what the source reads; CONNECT or AUTH when an end cannot be asked. */
export async function refuseOwnSource(source: Source, destination: Destination, signal: AbortSignal): Promise<void> {
  if (source.kind !== destination.kind || !source.identity || !destination.overwrites) return;
  if (!await destination.overwrites(await source.identity(signal), signal)) return;
  throw new PipelineError(ErrorCode.CONFIG, `the copy reads and writes the same: ${source.label} and ${destination.label} are one place`, {remedy: 'choose another destination; nothing was touched'});
}
