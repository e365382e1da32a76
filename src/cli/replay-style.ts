// How the report of a replay looks: light and dark, on a screen, a phone and paper.

export const STYLE = `
:root{color-scheme:light dark;--ground:#f6f7f9;--surface:#fff;--line:#dfe3ea;--ink:#141a24;--soft:#475264;--bar:#363fb5;
--allow:#17854a;--allow-log:#0f7c86;--constrain:#5a46c8;--wait:#a15f00;--block:#c02b22}
@media (prefers-color-scheme:dark){:root{--ground:#0e1116;--surface:#161a21;--line:#2a313c;--ink:#e8ecf2;--soft:#a6b0bf;--bar:#8f97ff;
--allow:#4cc38a;--allow-log:#4fc3cc;--constrain:#a99bff;--wait:#f0b552;--block:#ff7b72}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1.5rem 1rem 3rem;background:var(--ground);color:var(--ink);
font:0.9375rem/1.5 ui-sans-serif,system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}
h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.05rem;margin:0 0 .75rem}
header p,footer p{color:var(--soft);margin:0}
code{font:0.85em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
section{background:var(--surface);border:1px solid var(--line);border-radius:8px;padding:1rem 1.25rem;margin:1rem 0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(10rem,1fr));gap:1rem}
.figure strong{display:block;font-size:1.8rem;font-variant-numeric:tabular-nums}.figure span{color:var(--soft)}
figure{margin:0 0 1rem}figcaption{color:var(--soft);margin-bottom:.25rem}
svg{display:block;width:100%}figure svg{height:28px;border-radius:5px}
svg text{fill:var(--ink);font-size:13px}.bar{fill:var(--bar)}
rect.allow{fill:var(--allow)}rect.allow_log{fill:var(--allow-log)}rect.constrain{fill:var(--constrain)}rect.wait{fill:var(--wait)}rect.block{fill:var(--block)}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:.4rem 0 0;padding:0;list-style:none;font-variant-numeric:tabular-nums}
.legend li::before{content:'';display:inline-block;width:.7em;height:.7em;border-radius:2px;margin-right:.4em;background:currentColor}
li.allow::before{color:var(--allow)}li.allow_log::before{color:var(--allow-log)}li.constrain::before{color:var(--constrain)}li.wait::before{color:var(--wait)}li.block::before{color:var(--block)}
details{border-top:1px solid var(--line);padding:.5rem 0}summary{cursor:pointer}summary span{font-weight:600;margin:0 .5rem}summary small{color:var(--soft)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;margin-top:.5rem;font-size:.8125rem}
th,td{text-align:left;padding:.35rem .75rem .35rem 0;vertical-align:top;border-bottom:1px solid var(--line)}
td:last-child{min-width:16rem}
@media (max-width:40rem){.bars{display:none}}
@media print{body{max-width:none}details{break-inside:avoid}}
`;
