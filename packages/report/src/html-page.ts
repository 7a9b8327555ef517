import type {RunReport} from '@sluice/core';
import {changesSection} from './html-changes.ts';
import {errorsSection} from './html-errors.ts';
import {excludedSection, omissionsSection} from './html-left-out.ts';
import {figuresSection, pageHeader, routeSection} from './html-overview.ts';
import {proofSection} from './html-proof.ts';
import {refreshSection} from './html-refresh.ts';
import {adjustmentsSection, mappingsSection, notesSection, warningsSection} from './html-remarks.ts';
import {style} from './html-style.ts';
import {tablesSection} from './html-tables.ts';
import {timingsSection} from './html-timings.ts';
import {Html, html} from './markup.ts';
import {refreshedOf} from './refreshed.ts';
import {verdictOf} from './verdict.ts';

export interface HtmlOptions {
  /** The page's title, before the verdict; default the tool's name. */
  readonly title?: string;
}

/**
 * The report of a run as one HTML page: nothing is loaded from elsewhere, nothing needs a script,
 * it prints, and follows the reader's light or dark setting. Whatever comes from the report is
 * escaped. Holds names, types, counts and reasons, as the report does; never a row's value.
 */
export function renderHtml(report: RunReport, options: HtmlOptions = {}): string {
  const verdict = verdictOf(report);
  const refreshed = refreshedOf(report) !== null;
  const title = options.title ?? report.tool.name;
  const page = html`<!doctype html>
<html lang="en" data-tone="${verdict.tone}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>${title}: ${verdict.headline}</title>
<style>${new Html(style)}</style>
</head>
<body>
${pageHeader(report, verdict, title)}
<main>
${[
    errorsSection(report), figuresSection(report), routeSection(report), refreshSection(report),
    ...(refreshed ? [warningsSection(report), tablesSection(report), proofSection(report), changesSection(report)] : [proofSection(report), changesSection(report), tablesSection(report)]),
    notesSection(report), excludedSection(report), omissionsSection(report), refreshed ? null : warningsSection(report), adjustmentsSection(report),
    timingsSection(report), mappingsSection(report),
  ]}
</main>
<footer><p>Written by ${report.tool.name} ${report.tool.version}. This page holds names, types, counts and reasons; no value of any row.</p></footer>
</body>
</html>
`;
  return page.toString();
}
