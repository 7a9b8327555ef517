/**
 * The page's style. One accent colour, which the verdict decides; everything else is ink on paper.
 * Text keeps a contrast of at least 4.5 to 1 in both schemes (WCAG 2.2, 1.4.3).
 */
export const style = `
:root{color-scheme:light dark;--paper:#fff;--wash:#f6f6f4;--ink:#1d2125;--quiet:#5a6169;--line:#e2e3e0;--accent:#0c6a5b}
:root[data-tone=caution]{--accent:#855600}
:root[data-tone=bad]{--accent:#a1262b}
@media screen and (prefers-color-scheme:dark){
:root{--paper:#14171a;--wash:#1c2024;--ink:#e4e7e9;--quiet:#a0a8b0;--line:#2d3339;--accent:#62c9b4}
:root[data-tone=caution]{--accent:#e2b354}
:root[data-tone=bad]{--accent:#f18f8b}
}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:4.5rem 2rem 6rem;max-width:66rem;background:var(--paper);color:var(--ink);
font:1rem/1.55 Inter,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif;
font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
code,pre,.name,.place bdi{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.875em;font-variant-ligatures:none}
h1,h2,h3,p,dl,dd,ul,figure{margin:0;padding:0}
h1{display:flex;align-items:center;gap:.35em;font-size:2.5rem;line-height:1.15;font-weight:650;letter-spacing:-.022em}
h2{font-size:1.25rem;line-height:1.3;font-weight:650;letter-spacing:-.01em;margin-bottom:1rem}
h3{font-size:.875rem;font-weight:600;color:var(--quiet);margin:0 0 .35rem}
small{font-size:.8125rem;font-weight:400;color:var(--quiet)}
section{margin-top:4rem}
section>p,section>ul,.error>ul{max-width:44rem}
section>p+table,section>p+p{margin-top:1.25rem}
section>table+p{margin-top:1rem}
section>ul{padding-left:1.1rem}
li+li{margin-top:.35rem}
.kicker,.quiet{color:var(--quiet);font-size:.875rem}
.kicker{margin-bottom:1.25rem}
.kicker span{margin:0 .35em;color:var(--line)}
.lede{margin-top:1rem;font-size:1.1875rem;line-height:1.5;max-width:44rem;color:var(--quiet)}
.mark{flex:none;width:.95em;height:.95em;fill:none;stroke:var(--accent);stroke-width:1.9;stroke-linecap:round;stroke-linejoin:round}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}

#figures{margin-top:3rem}
.figures{display:flex;flex-wrap:wrap;justify-content:space-between;gap:1.75rem 2rem;padding:1.75rem 0;border:solid var(--line);border-width:1px 0}
.figures dt{font-size:.8125rem;color:var(--quiet)}
.figures dd{font-size:1.625rem;line-height:1.3;font-weight:600;letter-spacing:-.02em;white-space:nowrap}
.figures dd small{display:block;letter-spacing:0;line-height:1.4;white-space:normal}

.route{display:grid;grid-template-columns:1fr 1fr;gap:1.25rem}
.endpoint{padding:1.35rem 1.5rem 1.5rem;background:var(--wash);border-radius:.5rem;min-width:0}
.place{font-size:1.0625rem}
.kind{color:var(--quiet);margin-right:.25em}
.endpoint dl{margin-top:.85rem;font-size:.875rem}
.endpoint dl>div{display:grid;grid-template-columns:8rem 1fr;gap:.75rem}
.endpoint dt{color:var(--quiet)}
.digest{padding:.9rem 0 .25rem}
.digest span{display:block;font-size:.8125rem;color:var(--quiet)}
.digest code{font-size:.9375rem}

table{width:100%;border-collapse:collapse;font-size:.9375rem;line-height:1.5}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{padding:.55rem 1.25rem .55rem 0;vertical-align:baseline;text-align:left;font-weight:400}
th:last-child,td:last-child{padding-right:0}
thead th{font-size:.8125rem;color:var(--quiet);border-bottom:1px solid var(--line);white-space:nowrap;overflow-wrap:normal}
tbody tr{border-bottom:1px solid var(--line)}
th.number,td.number{text-align:right}
td.number{white-space:nowrap}
th[scope=row] small,th[scope=rowgroup] small{margin-left:.35em}
.changes th[scope=rowgroup]{width:14rem}
.notes th[scope=row]{width:48%}
.changes th[scope=rowgroup] small{display:block;margin:0}
.tables bdi{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.875em;font-variant-ligatures:none}
.tables th[scope=row] bdi{font-weight:600}
.tables :is(th,td):nth-child(n+2){white-space:nowrap}
.tables.copied :is(th,td):nth-child(2),.tables.copied :is(th,td):nth-child(3),.tables :is(th,td):nth-child(5),.tables.moved :is(th,td):is(:nth-child(3),:nth-child(4),:nth-child(6)),.tables.kept :is(th,td):nth-child(2){text-align:right}
.tables.moved :is(th,td):nth-child(5){text-align:left}
.tables.kept{font-size:.875rem}
.tables.kept :is(th,td){padding-top:.2rem;padding-bottom:.2rem}
.tables.kept td:nth-child(3){color:var(--quiet);white-space:normal}
.tables tbody{break-inside:avoid}
.tables.kept tbody{break-inside:auto}
.tables:not(.kept) tbody tr{border-bottom:0}
.tables:not(.kept) tbody{border-bottom:1px solid var(--line)}
.tables b{color:var(--accent);font-weight:500}
.tables code{font-size:.75rem;color:var(--quiet);margin-left:.15em}
:root:not([data-tone=good]) .tables b{color:var(--ink)}
.tables tr:has(+.details)>*{padding-bottom:.3rem}
.tables .details td{padding:0 0 .8rem;white-space:normal}
.details dl{display:grid;gap:.3rem;font-size:.8125rem}
.details dl>div{display:grid;grid-template-columns:4.5rem 1fr;gap:.3rem .5rem;align-items:baseline}
.details dt,.details dd,.which .of{color:var(--quiet)}
.details dd{grid-column:2}
.details dd b,.details dd bdi{color:var(--ink)}
.details dd b{font-weight:600}
.details dd bdi{margin-right:.1rem;padding:.02rem .4rem;border-radius:.25rem;background:var(--wash);line-height:1.5}
.details dd div{padding:.05rem 0}
summary{cursor:pointer;color:var(--quiet)}
summary:focus-visible,pre:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
details[open] summary{margin-bottom:.3rem}
table+.unchanged{margin-top:1.5rem}
.unchanged>summary{font-size:.9375rem;font-weight:500;color:var(--ink)}
.unchanged .quiet{max-width:44rem;margin-bottom:1rem}
.kinds{display:flex;flex-wrap:wrap;gap:.25rem 1.75rem;color:var(--quiet)}
.kinds b{color:var(--ink);font-weight:600}
.facts{margin-top:1rem;font-size:.875rem}
.facts>div{display:grid;grid-template-columns:11rem 1fr;gap:.75rem;padding:.1rem 0}
.facts dt{color:var(--quiet)}
.chips,.which{list-style:none;display:inline}
.which{display:block}
.chips li{display:inline-block;margin:0 .3rem .2rem 0;padding:.02rem .4rem;border-radius:.25rem;background:var(--wash);line-height:1.5}
.which li+li{margin-top:.1rem}
.which .of::after{content:":"}
.bad{color:var(--accent)}
:root[data-tone=good] .bad{color:var(--ink)}

.timings th[scope=row]{width:24rem;white-space:nowrap}
.timings td.number{width:6rem}
.bar{vertical-align:middle}
.bar svg{display:block;width:100%;height:.5rem;background:var(--wash);border-radius:.25rem}
.bar rect{fill:var(--accent)}

#errors{margin-top:2.5rem}
.error{padding:1.35rem 1.5rem 1.5rem;background:var(--wash);border-left:3px solid var(--accent);border-radius:0 .5rem .5rem 0}
.error+.error{margin-top:1rem}
.error .message{font-size:1.0625rem;font-weight:500;white-space:pre-line}
.error ul{padding-left:1.1rem;margin-top:.75rem;font-size:.9375rem}
.error h3{margin-top:1.1rem}
pre{margin:0;padding:.85rem 1rem;overflow-x:auto;background:var(--paper);border:1px solid var(--line);border-radius:.375rem;line-height:1.5;overflow-wrap:normal}
footer{margin-top:5rem;padding-top:1.25rem;border-top:1px solid var(--line);font-size:.8125rem;color:var(--quiet)}

@media (max-width:44rem){
body{padding:2.5rem 1.25rem 4rem}
h1{font-size:1.875rem}
.lede{font-size:1.0625rem}
section{margin-top:3rem}
.figures{display:grid;grid-template-columns:1fr 1fr;gap:1.25rem}
.figures dd{font-size:1.375rem}
.route{grid-template-columns:1fr}
.endpoint{padding:1.1rem 1.15rem 1.25rem}
.endpoint dl>div{grid-template-columns:6.5rem 1fr}
:is(table,tbody,thead,tr,th,td):not(.tables,.tables *){display:block}
thead:not(.tables *){position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tbody tr:not(.tables *){padding:.7rem 0}
tbody :is(th,td):not(.tables *){padding:0 0 .1rem}
:is(th,td).number{text-align:left}
td[data-label]{display:grid;grid-template-columns:7rem 1fr;gap:.5rem}
td[data-label]::before{content:attr(data-label);color:var(--quiet);font-size:.8125rem}
.tables{font-size:.8125rem}
.tables :is(th,td){padding-right:.5rem}
.tables thead th{font-size:.75rem;white-space:normal}
.tables code{display:none}
.details dl>div{grid-template-columns:4.25rem 1fr}
.facts>div{grid-template-columns:7rem 1fr}
.timings th[scope=row],.timings td.number,.changes th[scope=rowgroup],.notes th[scope=row]{width:auto;white-space:normal}
.bar{padding-top:.3rem}
}
@media print{
@page{margin:16mm 14mm}
html{font-size:9.5pt}
body{padding:0;max-width:none}
section{margin-top:2.25rem}
#figures{margin-top:1.75rem}
.figures{gap:1.25rem}
h2,h3,thead,.kicker,section>p{break-after:avoid}
p,tr,.error,.endpoint,.figures,#timings,#changes,#excluded,#mappings{break-inside:avoid}
.endpoint,.error,.chips li,.bar svg,.bar rect{-webkit-print-color-adjust:exact;print-color-adjust:exact}
pre{white-space:pre-wrap}
details::details-content{content-visibility:visible;block-size:auto}
}
`;
