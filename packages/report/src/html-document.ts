import {style} from './html-style.ts';
import {Html, html, type Content} from './markup.ts';
import type {Verdict} from './verdict.ts';

export interface PageOptions {
  readonly title: string;
  /** Decides the one accent colour. */
  readonly tone: Verdict['tone'];
  readonly header: Html;
  readonly sections: readonly Content[];
  readonly footer: Content;
  /** Rules added to the common ones. */
  readonly style?: string;
}

/** A whole page: nothing is loaded from elsewhere, nothing needs a script, it prints, and follows the reader's light or dark setting. */
export function page({title, tone, header, sections, footer, style: more = ''}: PageOptions): string {
  return html`<!doctype html>
<html lang="en" data-tone="${tone}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>${title}</title>
<style>${new Html(style + more)}</style>
</head>
<body>
${header}
<main>
${sections}
</main>
<footer><p>${footer}</p></footer>
</body>
</html>
`.toString();
}
