/**
 * Every key that some command of this program reads from a configuration file: one file is given to all of
 * them, and each passes over what only others know. Keys that none knows stay errors.
 */
export const fileKeys: readonly string[] = [
  'source', 'target', 'policy', 'keyFile', 'keyCommand', 'vault', 'certificate', 'signingKey', 'operator', 'study', 'archive', 'report', 'verify', 'passwordFile', 'settings', 'filePath', 'state',
  'keepArchives', 'archiveMaxAge', 'dryRun', 'tables', 'repair', 'maxAge', 'limit', 'studyFile', 'policyFile', 'force',
];
