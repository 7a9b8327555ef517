import type {RunReport} from '@sluice/core';
import {changesSection} from './html-changes.ts';
import {page} from './html-document.ts';
import {errorsSection} from './html-errors.ts';
import {excludedSection, omissionsSection} from './html-left-out.ts';
import {figuresSection, pageHeader, routeSection} from './html-overview.ts';
import {proofSection} from './html-proof.ts';
import {refreshSection} from './html-refresh.ts';
import {adjustmentsSection, mappingsSection, notesSection, warningsSection} from './html-remarks.ts';
import {tablesSection} from './html-tables.ts';
import {timingsSection} from './html-timings.ts';
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
  return page({
    title: `${title}: ${verdict.headline}`, tone: verdict.tone, header: pageHeader(report, verdict, title),
    sections: [
      errorsSection(report), figuresSection(report), routeSection(report), refreshSection(report),
      ...(refreshed ? [warningsSection(report), tablesSection(report), proofSection(report), changesSection(report)] : [proofSection(report), changesSection(report), tablesSection(report)]),
      notesSection(report), excludedSection(report), omissionsSection(report), refreshed ? null : warningsSection(report), adjustmentsSection(report),
      timingsSection(report), mappingsSection(report),
    ],
    footer: `Written by ${report.tool.name} ${report.tool.version}. This page holds names, types, counts and reasons; no value of any row.`,
  });
}
