import type {Published} from '@sluice/core';
import {classify} from './errors.ts';
import {holdStill} from './live-file.ts';
import type {PartFile} from './part-file.ts';
import {publishPart, type TargetFile} from './target-file.ts';

interface Finished {
  readonly part: PartFile;
  readonly target: TargetFile;
  readonly archiveDirectory: string;
  readonly now: () => Date;
}

/** Makes a finished load live while nobody writes the file it replaces. Nothing may have the part open. Throws LOCKED or WRITE. */
export async function publishLoad({part, target, archiveDirectory, now}: Finished): Promise<Published> {
  try {
    using held = holdStill(target);
    const {archived, bytes} = await publishPart({part: part.path, target, mode: part.mode, archiveDirectory, now: now(), copy: held.copy});
    return {bytes, ...(archived !== null && {archived})};
  } catch (error) {
    throw classify(error, {file: target.named});
  }
}
