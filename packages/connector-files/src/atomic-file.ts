import {open, rename} from 'node:fs/promises';
import {writing} from '@sluice/csv-staging';

/** Writes a small file that a reader finds whole or not at all; the caller fsyncs the folder. Throws WRITE. */
export async function writeAtomic(path: string, text: string, mode = 0o666): Promise<void> {
  await writing(async () => {
    const temporary = `${path}.new`;
    const handle = await open(temporary, 'w', mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  });
}
