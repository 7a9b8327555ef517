import {writeFileAtomically} from '@sluice/atomic-file';
import type {CommandContext} from '@sluice/cli-kit';

/** Writes what a command made into a file, or to standard output. */
export async function writeResult(text: string, file: string | undefined, {out, logger, json}: Pick<CommandContext, 'out' | 'logger' | 'json'>): Promise<void> {
  if (file === undefined) {
    if (!json) out.write(text);
    return;
  }
  await writeFileAtomically(file, text);
  logger.info(`wrote ${file}`);
}
