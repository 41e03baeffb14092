"""How the page of a bulletin looks, on a screen and on A4, in either direction."""

STYLE = """
@page { size: A4; margin: 14mm 13mm 16mm; @bottom-center { content: counter(page) " / "
  counter(pages); font: 8pt 'DejaVu Sans', sans-serif; direction: ltr } }
* { box-sizing: border-box }
body { font: 9.5pt/1.4 'Liberation Sans', 'Noto Sans', 'Noto Naskh Arabic', 'Noto Sans Arabic',
  'DejaVu Sans', Arial, sans-serif; color: #000; background: #fff; margin: 0 auto;
  max-width: 184mm }
[dir=rtl] body, :lang(ar) { font-family: 'Noto Naskh Arabic', 'Noto Sans Arabic', 'DejaVu Sans',
  sans-serif; line-height: 1.6 }
.banner { border: 2pt solid #000; text-align: center; font-weight: bold; font-size: 12pt;
  letter-spacing: .1em; padding: 1mm; margin: 2mm 0 }
h1 { font-size: 17pt; margin: 2mm 0 } h2 { font-size: 12pt; margin: 5mm 0 1.5mm;
  border-bottom: .8pt solid #000; break-after: avoid } h3 { font-size: 9.5pt; margin: 3mm 0 1mm;
  break-after: avoid }
p { margin: 1.5mm 0 }
.note { border: 1.2pt solid #000; padding: 1.2mm 2mm; font-weight: bold }
.bias { border: .8pt dashed #000; padding: 1.2mm 2mm }
.flag { font-weight: bold } .off td { color: #555; text-decoration: line-through }
table { border-collapse: collapse; width: 100%; margin: 1.5mm 0 }
thead { display: table-header-group } tr { break-inside: avoid }
th { text-align: start; vertical-align: bottom; font-weight: bold; padding: .6mm 1.2mm;
  border-bottom: .8pt solid #000; hyphens: none }
td { text-align: start; vertical-align: top; padding: .6mm 1.2mm; overflow-wrap: break-word;
  border-bottom: .3pt solid #999 }
.num { text-align: end; white-space: nowrap; overflow-wrap: normal }
th.num { white-space: normal }
.pairs th { width: 42mm; border-bottom: .3pt solid #999; vertical-align: top }
.mono { font-family: 'Liberation Mono', 'DejaVu Sans Mono', monospace; font-size: 8.5pt }
bdi { unicode-bidi: isolate } [dir=ltr] { direction: ltr } [dir=rtl] { direction: rtl }
.small { font-size: 8.5pt } .keep { white-space: nowrap }
@media screen { body { padding: 8mm } }
""".strip()
