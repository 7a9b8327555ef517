// What "are the types wrong" says of a tarball. It is asked in this process, since its program loads a compiler for seconds to compute for a tenth of one.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';
import {stripVTControlCharacters} from 'node:util';
import {getExitCode} from '@arethetypeswrong/cli/internal/getExitCode';
import {typed} from '@arethetypeswrong/cli/internal/render';

// The program's own copy of what computes, which nobody else has to name as a dependency.
const program = createRequire(createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json'));
const {checkPackage, createPackageFromTarballData} = await import(pathToFileURL(program.resolve('@arethetypeswrong/core')).href);

// Profile esm-only: the packages are ES modules only, and say so in engines and type.
const options = {format: 'ascii', emoji: false, color: false, summary: true, ignoreRules: [], ignoreResolutions: ['node10', 'node16-cjs']};

/** The report, where something is wrong with the types of a tarball; otherwise an empty text. */
export async function wrongTypes(tarball) {
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
  if (getExitCode(analysis, options) === 0) return '';
  // Without what is right or does not matter to ES modules.
  return stripVTControlCharacters(await typed(analysis, options)).split('\n').filter(line => line.trim() && !/: OK\b|\(ignor|^\*+$/.test(line)).join('\n');
}
