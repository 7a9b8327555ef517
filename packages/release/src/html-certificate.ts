import {cell, count, counted, html, moment, name, page, section, verdictHeader, type Content, type Html, type Verdict} from '@sluice/report';
import type {Certificate} from './certificate.ts';
import {checkTitles, profileTitles, statusWords} from './html-words.ts';
import {countsSection, riskSection} from './html-figures.ts';
import {scanSection} from './html-scans.ts';
import {table} from './html-table.ts';

/**
 * A certificate as one HTML page: nothing is loaded from elsewhere, nothing needs a script, it prints, and follows the reader's light or dark setting.
 * Holds what the certificate holds: no value of any row.
 */
export function renderCertificate(certificate: Certificate): string {
  const {identity, sequence, seal} = certificate;
  const verdict = verdictOf(certificate);
  return page({
    title: `Certificate: ${verdict.headline}`, tone: verdict.tone, header: verdictHeader(verdict, `Certificate of release ${sequence}`, identity.finishedAt), style: styleRules,
    sections: [
      checksSection(certificate), identitySection(certificate), methodSection(certificate), categoriesSection(certificate), columnsSection(certificate), countsSection(certificate),
      scanSection(certificate), riskSection(certificate), openSection(certificate), sealSection(certificate),
    ],
    footer: `Written by ${identity.tool.name} ${identity.tool.version}, seal ${seal.slice(0, 16)}. This page holds names, types, rules and counts; no value of any row. The JSON file beside it is what is sealed.`,
  });
}

const styleRules = `
.wide td,.wide th{padding-right:.9rem}
.wide{font-size:.8125rem}
.status{white-space:nowrap}
.status.failed{color:var(--accent);font-weight:600}
h3+table{margin-bottom:1.75rem}
`;

function verdictOf({status, method, checks, attestation, identity}: Certificate): Verdict {
  const failed = checks.filter(one => one.status === 'failed').length;
  const accepted = checks.filter(one => one.status === 'accepted').length;
  const claimed = method.claimed === null ? 'The release makes no claim under HIPAA.' : `The release claims ${profileTitles[method.claimed] ?? method.claimed}.`;
  if (status === 'failed') {
    return {tone: 'bad', headline: 'Refused', sentence: `${counted(failed, 'check')} failed: ${identity.published ? 'what is live should be withdrawn' : 'nothing was published'}. ${claimed}`};
  }
  if (accepted > 0 || attestation === null) {
    return {
      tone: 'caution', headline: accepted > 0 ? 'Released, with accepted risks' : 'Released, not attested yet',
      sentence: `${claimed} ${accepted > 0 ? `${counted(accepted, 'check')} failed for which somebody answers. ` : ''}${attestation === null ? 'Nobody has attested what is known about the persons in the data.' : ''}`,
    };
  }
  return {tone: 'good', headline: 'Released', sentence: `${claimed} Every check passed.`};
}

function checksSection({checks}: Certificate): Html {
  return section('checks', 'Checks', table('What was checked, and what it came to', ['Check', 'Result', 'What it says'], checks.map(({id, status, detail, problems}) => html`<tr role="row">
<th scope="row" role="rowheader">${checkTitles[id]}</th>${cell('Result', html`<span class="status ${status === 'failed' ? 'failed' : ''}">${statusWords[status]}</span>`)}${cell('What it says', [
    detail, problems.map(({path, message, accepted}) => html`<br>${path !== null && html`${name(path)} `}${message}${accepted && ' (accepted)'}`),
  ])}</tr>`)));
}

function identitySection({identity, previous, sequence}: Certificate): Html {
  const {source, target, policy} = identity;
  return section('identity', 'What was released', html`<div class="route">
${endpoint('From', source.label, [['Snapshot', source.snapshot], ['Fingerprint', source.id?.slice(0, 16) ?? null], ['Started', moment(identity.startedAt)]])}
${endpoint('To', target.label, [['SHA-256', target.file === null ? null : html`<code>${target.file.sha256}</code>`], ['Bytes', target.file === null ? null : count(target.file.bytes)], ['Finished', moment(identity.finishedAt)]])}
</div>
<dl class="facts">${facts([
    ['Release', identity.id], ['Number in its chain', previous === null ? `${sequence}, the first` : String(sequence)], ['Operator', identity.operator], ['Policy', html`<code>${policy.sha256}</code>`],
    ['As of', policy.asOf], ['Keys', identity.keyIds.length > 0 ? identity.keyIds.join(', ') : 'none'], ['Program', identity.tool.code], ['Receipt', identity.receipt],
  ])}</dl>`);
}

const facts = (entries: readonly (readonly [string, Content])[]): readonly Html[] => entries.filter(([, value]) => value !== null).map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`);

const endpoint = (heading: string, label: string, entries: readonly (readonly [string, Content])[]): Html => html`<div class="endpoint"><h3>${heading}</h3>
<p class="place"><bdi>${label}</bdi></p>
<dl>${facts(entries)}</dl></div>`;

function methodSection({method}: Certificate): Html {
  const title = (profile: string | null) => profile === null ? 'nothing' : profileTitles[profile] ?? profile;
  return section('method', 'Method', html`<p>Claimed: ${title(method.claimed)}. Supported by the rules: ${title(method.computed)}.</p>`,
    method.prevented.length > 0 && [html`<p>What prevents a stronger claim:</p>`, html`<ul>${method.prevented.map(({claim, path, reason}) => html`<li>${title(claim)}: ${path !== null && html`${name(path)} `}${reason}</li>`)}</ul>`]);
}

function categoriesSection({categories}: Certificate): Html {
  return section('categories', 'The eighteen identifiers', html`<p>45 CFR 164.514(b)(2)(i), in the order of the law.</p>`, table('Identifiers, what became of them and how that was checked', ['', 'Identifier', 'Columns', 'Checked'],
    categories.map(({class: letter, title, columns, verified, notApplicable}) => html`<tr role="row">
<th scope="row" role="rowheader">${letter}</th>${cell('Identifier', title)}${cell('Columns', columns.length === 0 ? notApplicable ?? '' : columns.map((one, i) => [
      i > 0 && html`<br>`, html`${name(`${one.table}.${one.column}${one.path === null ? '' : ` ${one.path}`}`)}: ${one.method}, ${counted(one.rows, 'row')}`,
    ]))}${cell('Checked', verified.join('; '))}</tr>`)));
}

function columnsSection({columns, excluded, drift}: Certificate): Html {
  return section('columns', 'Every column', columns.map(({table: of, target, subject, columns: own}) => [
    html`<h3>${name(of)}${target !== of && html` as ${name(target)}`}${subject !== null && html`, rows of ${subject.join(', ')}`}</h3>`,
    table(`Columns of ${of}`, ['Column', 'Class', 'Rule', 'Effect', 'Why', 'Decided by'], own.map(one => html`<tr role="row">
<th scope="row" role="rowheader">${name(one.path === null ? one.column : `${one.column} ${one.path}`)}</th>${cell('Class', one.kind === null ? one.class ?? '–' : `${one.class ?? ''} ${one.kind}`)}${
      cell('Rule', one.parameters)}${cell('Effect', one.effect)}${cell('Why', one.reason ?? '–')}${cell('Decided by', one.decidedBy ?? '–')}</tr>`), 'wide'),
  ]), excluded.length > 0 && [html`<h3>Not released</h3>`, html`<ul>${excluded.map(one => html`<li>${name(one.table)}: ${one.reason}</li>`)}</ul>`],
  drift !== null && [html`<h3>Since the release of ${moment(drift.since)}</h3>`, drift.changes.length === 0 ? html`<p>No rule is another.</p>` : html`<ul>${drift.changes.map(({path, change}) => html`<li>${name(path)}: ${change}</li>`)}</ul>`]);
}

function openSection({notChecked, attestation, reviewBy, risk: {accepted}}: Certificate): Html {
  return section('open', 'What was not checked, and who answers',
    html`<ul>${notChecked.map(one => html`<li>${one}</li>`)}</ul>`,
    accepted.length > 0 && table('Accepted risks', ['Check', 'Why', 'Decided by', 'Until', 'Used'], accepted.map(one => html`<tr role="row">
<th scope="row" role="rowheader">${one.check}</th>${cell('Why', one.reason)}${cell('Decided by', one.decidedBy)}${cell('Until', `${one.expires}${one.expired ? ', expired' : ''}`)}${cell('Used', one.used ? 'yes' : 'no')}</tr>`)),
    html`<dl class="facts">${facts([
      ['Actual knowledge', attestation === null ? 'not attested' : `${attestation.actualKnowledge}, attested by ${attestation.by} on ${attestation.on}`], ['Review by', reviewBy ?? 'no date is set'],
    ])}</dl>`);
}

function sealSection({seal, signature, previous}: Certificate): Html {
  return section('seal', 'Seal', html`<dl class="facts">${facts([
    ['Seal', html`<code>${seal}</code>`], ['Follows', previous === null ? 'none: it is the first' : html`<code>${previous}</code>`],
    ['Signed', signature === null ? 'no' : html`${signature.algorithm}, key <code>${signature.keyId}</code>`],
  ])}</dl>`);
}

