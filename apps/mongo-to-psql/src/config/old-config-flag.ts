/** `--config FILE` with an INI file of the superseded system is `--config-file FILE`: told apart by its name. */
export function oldConfigFlag(argv: readonly string[]): readonly string[] {
  return argv.flatMap((word, i) => {
    if (word === '--config' && isIni(argv[i + 1] ?? '')) return ['--config-file'];
    const file = /^--config=(.*)$/s.exec(word)?.[1];
    return file !== undefined && isIni(file) ? [`--config-file=${file}`] : [word];
  });
}

const isIni = (file: string) => /\.(ini|cfg|conf)$/i.test(file);
