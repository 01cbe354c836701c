/** The style of a dossier's page: it stands within the page, since the page may ask for nothing. */
export const PAPER_STYLE = `
:root { color-scheme: light; }
body { margin: 0; background: #fff; color: #1b2326; font: 1rem/1.5 system-ui, "Noto Sans", "Noto Sans Arabic", Tahoma, sans-serif; }
main { max-inline-size: 48rem; margin-inline: auto; padding: 1.5rem 1rem 3rem; }
h1, h2, h3 { line-height: 1.25; break-after: avoid; }
h2 { margin-block: 2rem 0.5rem; padding-block-start: 0.75rem; border-block-start: 1px solid #999; }
p, li, td { overflow-wrap: anywhere; }
.soft { color: #4a5458; font-size: 0.875rem; }
.line { margin: 0; padding: 0; list-style: none; }
.step { position: relative; margin: 0; padding-block-end: 1rem; padding-inline-start: 2rem; break-inside: avoid; }
.step::before { content: ""; position: absolute; inset-block-start: 0.3rem; inset-inline-start: 0; inline-size: 0.75rem; block-size: 0.75rem; border: 0.1875rem solid #0f4c50; border-radius: 50%; background: #fff; }
.step-reporter::before { background: #0f4c50; }
.step-incident::before { border-color: #9b1c1c; border-radius: 0; background: #9b1c1c; }
.step:not(:last-child)::after { content: ""; position: absolute; inset-block: 1.4rem 0; inset-inline-start: 0.5rem; border-inline-start: 2px solid #7c8485; }
.step p { margin: 0; }
.when { font-weight: 600; }
.after { margin-inline-start: 0.75rem; font-weight: 400; }
blockquote { margin: 0.25rem 0; padding-inline-start: 0.75rem; border-inline-start: 2px solid #999; white-space: pre-wrap; unicode-bidi: plaintext; }
.note { padding: 0.75rem; border: 1px solid #999; font: 0.8125rem/1.4 ui-monospace, "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; text-align: left; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; inline-size: 100%; font-size: 0.875rem; }
th, td { padding: 0.375rem; border: 1px solid #999; text-align: start; vertical-align: top; }
.day { white-space: nowrap; }
.digits { font-size: 1.125rem; font-variant-numeric: tabular-nums; }
.hash { min-inline-size: 8rem; font: 0.75rem/1.4 ui-monospace, "DejaVu Sans Mono", monospace; text-align: left; }
@media print { body { font-size: 10.5pt; } main { max-inline-size: none; padding: 0; } .wide { overflow: visible; } }
@page { margin: 18mm; }
`;
