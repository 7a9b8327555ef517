// The checks of `npm test`, in order. Each is a Node program that prints its problems and exits 1 when there are any.
export const checks = [
  {name: 'types', command: ['node_modules/typescript/bin/tsc', '-b'], advice: 'run npx tsc -b'},
  {name: 'references', command: ['tools/sync-references.mjs', '--check'], advice: 'run node tools/sync-references.mjs'},
  {name: 'layers', command: ['tools/check-layers.mjs'], advice: 'see tools/README.md for who may import whom'},
  {name: 'lint', command: ['node_modules/oxlint/bin/oxlint', '--quiet'], advice: 'run npx oxlint'},
  {name: 'house rules', command: ['tools/check-house-rules.mjs'], advice: 'run node tools/check-house-rules.mjs'},
  {name: 'tools', command: ['--test', 'tools/test/'], advice: 'run node --test tools/test/'},
  {name: 'docs', command: ['tools/docs.mjs', '--check'], advice: 'run node tools/docs.mjs'},
  {name: 'packages', command: ['tools/pack-check.mjs'], advice: 'run node tools/pack-check.mjs'},
];
