"""The report's one stylesheet: reads on screen, phone and paper."""

STYLESHEET = """\
:root { --ink: #1d2b33; --mute: #45525a; --line: #c9d1d6; --brand: #0b5c6b; --link: #0a5a78; --ground: #eef1f3; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: #fff; font: 16px/1.5 system-ui, "Segoe UI", "Noto Sans", "PingFang SC",
  "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; font-variant-numeric: tabular-nums; }
a { color: var(--link); text-underline-offset: 2px; }
a:focus-visible, .scroll:focus-visible { outline: 3px solid #ffd43b; box-shadow: 0 0 0 5px #000; outline-offset: 2px; }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 8px; top: 8px; background: #fff; padding: 8px; }
header { background: #0b3f4a; color: #fff; padding: 16px 24px; }
header a { color: #fff; }
header p { margin: 0; }
main, footer { max-width: 1180px; margin: 0 auto; padding: 8px 24px 32px; }
footer { border-top: 1px solid var(--line); color: var(--mute); font-size: 14px; overflow-wrap: anywhere; }
h1 { font-size: 28px; line-height: 1.25; margin: 20px 0 8px; }
h2 { font-size: 22px; line-height: 1.3; margin: 40px 0 8px; border-bottom: 2px solid var(--brand); padding-bottom: 4px; }
h3 { font-size: 18px; margin: 24px 0 8px; }
h4 { font-size: 16px; margin: 16px 0 0; }
h1, h2, h3, p, li, caption { overflow-wrap: anywhere; }
.contents ul { display: flex; flex-wrap: wrap; gap: 4px 20px; list-style: none; margin: 16px 0; padding: 0; }
.came { margin: 0 0 8px; padding-left: 20px; }
.kept { white-space: nowrap; }
.stamps { display: flex; flex-wrap: wrap; gap: 8px; list-style: none; margin: 12px 0 0; padding: 0; }
.stamps li { background: #ffd43b; color: #1d2b33; font-weight: 600; padding: 2px 12px; border-radius: 3px; }
.notice { background: #fff2d6; color: #5c3a00; border-left: 5px solid #7a4d00; padding: 8px 12px; }
.beside { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 24px; border: 1px solid var(--line);
  border-radius: 4px; padding: 4px 20px 16px; margin: 16px 0; }
.beside > * { min-width: 0; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 16px; margin: 8px 0; }
dt { color: var(--mute); }
dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin: 8px 0; }
table { border-collapse: collapse; min-width: 240px; font-size: 15px; }
caption { text-align: left; font-weight: 600; padding: 4px 0; }
th, td { text-align: left; vertical-align: top; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--mute); font-weight: 600; }
tbody th { font-weight: 400; }
.beside td { white-space: nowrap; }
#problems + ul { background: #fff2d6; border-left: 5px solid #7a4d00; margin: 8px 0; padding: 8px 12px 8px 30px; }
.number { font-weight: 600; white-space: nowrap; }
a.event { white-space: nowrap; }
.large { font-size: 24px; }
svg { max-width: 100%; height: auto; display: block; }
:target { background: #fff2d6; }
code { font-size: 14px; overflow-wrap: anywhere; }
section, article, h2 { scroll-margin-top: 12px; }
figure { margin: 12px 0; }
.columns { columns: 360px; column-gap: 32px; }
.columns .scroll { break-inside: avoid; margin: 0 0 16px; }
.people { columns: 200px; column-gap: 24px; list-style: none; margin: 8px 0; padding: 0; }
.people li { padding: 3px 0; break-inside: avoid; }
.acts h2 { font-size: 18px; margin: 24px 0 0; }
article.event { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 5fr) minmax(0, 3fr) max-content; gap: 0 16px;
  border-bottom: 1px solid var(--line); padding: 6px 8px; }
article.event h3 { font-size: 16px; margin: 0; }
article.event p { margin: 0; }
.when, .close { color: var(--mute); }
.more, .acts .close { display: none; }
.more { grid-column: 1 / -1; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 24px; align-items: start;
  font-size: 15px; }
article:target .more, #all:target .more { display: grid; }
article:target .close, #all:target > .openers .close { display: block; }
#all:target > .openers .open { display: none; }
#all:target { background: none; }
@media (max-width: 760px) { .beside { grid-template-columns: 1fr; } main, footer { padding: 8px 14px 24px; } dl { grid-template-columns: 1fr; }
  dt { margin-top: 6px; } .beside { padding: 4px 12px 12px; } .beside td { white-space: normal; }
  caption { max-width: calc(100vw - 28px); position: sticky; left: 0; } figure svg { min-width: 620px; } article.event { grid-template-columns: minmax(0, 1fr) max-content; }
  article.event > h3, article.event > div { grid-column: 1 / -1; } article.event > p { font-size: 14px; } .more { grid-template-columns: minmax(0, 1fr); }
  .cards thead { position: absolute; clip-path: inset(50%); } .cards, .cards tbody, .cards tr { display: block; }
  .cards caption { display: block; } .cards tr { border-bottom: 1px solid var(--line); padding: 6px 0; }
  .cards th, .cards td { display: block; border: 0; padding: 1px 0; } .cards tbody th { font-weight: 600; }
  .cards td { position: relative; padding-left: 112px; min-height: 26px; }
  .cards td::before { content: attr(data-l); color: var(--mute); position: absolute; left: 0; max-width: 104px; }
  .stats tr { display: grid; grid-template-columns: repeat(3, 1fr); } .stats th { grid-column: 1 / -1; }
  .stats td { padding-left: 0; } .stats td::before { position: static; display: block; max-width: none; font-size: 14px; } }
.report td.figures, .report th.figures { text-align: right; white-space: nowrap; }
.todo { background: #fff2d6; color: #5c3a00; border-left: 5px solid #7a4d00; padding: 8px 12px; }
.notes { margin: 6px 0 28px; color: var(--mute); font-size: 14px; }
.notes p { margin: 0; }
@media print { header { color: #000; background: #fff; border-bottom: 2px solid #000; } header a { color: #000; } a { color: inherit; }
  .beside, article.event, figure, tr { break-inside: avoid; } .skip, .openers, .acts .close, .contents { display: none !important; }
  article.event, .more { font-size: 12px; } }
"""
