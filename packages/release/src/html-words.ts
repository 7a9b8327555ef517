import type {CertificateCheck, CheckId} from './certificate.ts';

export const profileTitles: Readonly<Record<string, string>> = {
  'safe-harbor': 'Safe Harbor, 45 CFR 164.514(b)(2)', 'limited-data-set': 'a limited data set, 45 CFR 164.514(e)', expert: 'expert determination, 45 CFR 164.514(b)(1)',
};

export const checkTitles: Readonly<Record<CheckId, string>> = {
  coverage: 'Only what was decided', claim: 'Claim', attestation: 'Attestation and review', rows: 'Rows', unique: 'Keys', references: 'References', residual: 'Residual scan', leak: 'Known values',
  changed: 'Changed values', k: 'k-anonymity', l: 'l-diversity', t: 't-closeness', uniqueness: 'Uniqueness', averageRisk: 'Average risk',
};

export const statusWords: Readonly<Record<CertificateCheck['status'], string>> = {
  passed: 'passed', failed: 'failed', accepted: 'accepted', open: 'open', reported: 'reported only', 'not applicable': 'not applicable',
};
