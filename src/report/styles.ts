/**
 * The page's only style sheet. Colours are variables, so that dark mode and print change them in one place; text
 * colours keep a contrast of 4.5 to their ground and drawn ones 3, in both modes.
 */
export const STYLES = `
:root{color-scheme:light dark;
--ground:#f7f7f5;--sheet:#fff;--text:#1c2126;--soft:#545d68;--rule:#dcdfe3;--faint:#eceef0;
--charges:#2c5fa8;--packageFees:#0e7c76;--delay:#a9690b;--volume:#6b4fa3;--penalties:#b23a48;
--package:#2c5fa8;--pale:#c9d8ee;--wait:#6d86a6;--hatch:#858e99;--cutoff:#b3261e;--ink:rgba(255,255,255,.5);--good:#1b6b3a;
--s5:#2e7d4f;--s6:#8c4a2f;--s7:#5f6b7a;--cool1:#e3ecf8;--cool2:#c6d9f1;--cool3:#a3c1e8;--cool4:#7da6dc;--warm1:#fbe7e4;--warm2:#f6cdc8;--warm3:#efaea7;--warm4:#e58b83}
@media (prefers-color-scheme:dark){:root{
--ground:#14171a;--sheet:#1b1f24;--text:#e7e9ec;--soft:#a3acb7;--rule:#333a42;--faint:#262c33;
--charges:#6f9fe6;--packageFees:#45b3a8;--delay:#d9a244;--volume:#a78be0;--penalties:#ec7f8b;
--package:#6f9fe6;--pale:#2f4263;--wait:#7f92ab;--hatch:#6f7a86;--cutoff:#ff8a80;--ink:rgba(0,0,0,.42);--good:#7bd39b;
--s5:#6cc48d;--s6:#d48f70;--s7:#9aa6b5;--cool1:#1f2c40;--cool2:#263b5b;--cool3:#2e4c78;--cool4:#365e96;--warm1:#3a2527;--warm2:#542f32;--warm3:#70393d;--warm4:#8c4448}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;font-variant-numeric:tabular-nums lining-nums}
.page{max-width:1240px;margin:0 auto;padding:0 20px 40px}
header{padding:28px 0 4px}
h1{font-size:26px;line-height:1.25;margin:0;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:18px;line-height:1.3;margin:0 0 6px;font-weight:650}
h2.minor,h3{font-size:14px;margin:22px 0 6px}
h3{font-weight:650;line-height:1.3}
p{margin:0}
.about{color:var(--soft);margin-top:4px}
nav{margin-top:14px;padding-bottom:2px}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:2px 18px;margin:0;padding:0;font-size:13.5px}
a{color:var(--charges);text-underline-offset:2px}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--charges);outline-offset:2px}
section{background:var(--sheet);border:1px solid var(--rule);border-radius:8px;padding:20px 22px 22px;margin-top:18px}
.lead{color:var(--soft);font-size:14px;max-width:112ch;margin-bottom:10px}
.note,.axis{color:var(--soft);font-size:13px;margin-top:10px}
.axis{text-align:center;margin-top:0}
.tiles{display:grid;grid-template-columns:1.35fr 1.5fr 1fr 1fr;border:1px solid var(--rule);border-radius:8px;background:var(--sheet);margin-top:16px}
.tile{padding:16px 20px 18px;border-left:1px solid var(--rule);min-width:0}
.tile:first-child{border-left:0}
.tile p{font-size:13.5px;color:var(--soft)}
.tile .what{font-size:13px}
.tile .big,.tile .mid{color:var(--text);font-weight:650;line-height:1.25;margin:3px 0 5px;overflow-wrap:anywhere}
.tile .big{font-size:28px;letter-spacing:-.015em}
.tile .big.long{font-size:22px}.tile .big.longer{font-size:17.5px}.tile .mid{font-size:20px}
.tile strong{color:var(--text)}
.of{font-size:14px;font-weight:400;color:var(--soft)}
.cur{font-size:.62em;font-weight:500;color:var(--soft);letter-spacing:.03em}
small{font-size:.78em;color:var(--soft)}
.big small{font-size:.6em;font-weight:500}
.savings{list-style:none;margin:0;padding:0;font-size:14px;display:grid;grid-template-columns:max-content max-content 1fr}
.savings li{display:grid;grid-column:1/-1;grid-template-columns:subgrid;gap:0 22px;padding:5px 0;border-top:1px solid var(--faint)}
.savings .figure{text-align:right;font-weight:600}
.savings .against{color:var(--soft)}
.savings .against strong{color:var(--text);font-weight:600;margin-right:6px}
.scroll{overflow-x:auto;max-width:100%;margin-top:12px}
table{border-collapse:separate;border-spacing:0;width:100%;font-size:13px;line-height:1.4}
caption{text-align:left;color:var(--soft);font-size:13px;padding-bottom:5px}
th,td{text-align:left;padding:5px 0 5px 13px;border-bottom:1px solid var(--faint);vertical-align:baseline;font-weight:400}
th:first-child,td:first-child{padding-left:0}
thead th{color:var(--soft);font-size:12.5px;border-bottom:1px solid var(--rule);vertical-align:bottom;line-height:1.25}
tbody th,tfoot th{font-weight:600;white-space:nowrap;position:sticky;left:0;background:var(--sheet)}
tfoot th,tfoot td{border-top:1px solid var(--rule);border-bottom:0;font-weight:650}
tbody:not(:last-child) tr:last-child>*{border-bottom:0}
.n{text-align:right;white-space:nowrap}
thead .n{white-space:normal}
td.soft{color:var(--soft);white-space:nowrap}
.muted th,.muted td{color:var(--soft);font-weight:400}
.none{color:var(--soft)}
.nowrap,thead .nowrap{white-space:nowrap}
dd .id{overflow-wrap:anywhere}
th .id,td .id{white-space:nowrap}
th .id.long,td .id.long{display:inline-block;white-space:normal;overflow-wrap:anywhere;min-width:9em;max-width:19em}
code,.hash{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.92em}
.hash{overflow-wrap:anywhere;color:var(--soft);font-size:12.5px}
.share svg{vertical-align:0}
.drawing{display:block;overflow:visible}
.defs{position:absolute}
.swatch{vertical-align:-1px;margin-right:3px;flex:none}
.legend li{min-width:0}.legend{list-style:none;display:flex;flex-wrap:wrap;gap:3px 18px;margin:0;padding:0;font-size:13px;color:var(--soft)}
.bars{list-style:none;margin:12px 0 0;padding:0;font-size:14px;display:grid;grid-template-columns:max-content minmax(120px,1fr) max-content max-content}
.bars li{display:grid;grid-column:1/-1;grid-template-columns:subgrid;gap:0 16px;align-items:center;padding:4px 0}
.bars .figure{text-align:right;font-weight:600}
.bars .rate{color:var(--soft);font-size:13px}.bars .name{white-space:nowrap}
.chart{max-width:720px}h2+.drawing{margin-top:11px}
.queues{min-width:720px}
.columns text,.queues text{font-size:12px;fill:var(--text)}
.columns .tick,.queues .tick,.queues .soft{fill:var(--soft)}
.columns .tick{font-size:11px}
.queues .strong{font-weight:650}
.queues .day{font-weight:600;fill:var(--text)}
.c-charges{fill:var(--charges)}.c-packageFees{fill:var(--packageFees)}.c-delay{fill:var(--delay)}.c-volume{fill:var(--volume)}.c-penalties{fill:var(--penalties)}
.ink{fill:var(--ink)}.hatch{fill:var(--hatch)}
.track{fill:var(--faint)}.edge{stroke:var(--sheet);stroke-width:1.5}
.p0,.f0{fill:var(--pale)}.p1,.f1{fill:var(--package)}.w{fill:var(--wait)}
g>.p1{stroke:var(--sheet);stroke-width:.7}g>.p0{stroke:var(--wait);stroke-width:.7}
.grid{stroke:var(--faint)}.grid.day{stroke:var(--rule)}
.lane{stroke:var(--rule);stroke-width:.6}
.cutoff{stroke:var(--cutoff);stroke-width:2;stroke-dasharray:4 2}
.s0{fill:var(--charges)}.s1{fill:var(--packageFees)}.s2{fill:var(--delay)}.s3{fill:var(--volume)}.s4{fill:var(--penalties)}.s5{fill:var(--s5)}.s6{fill:var(--s6)}.s7{fill:var(--s7)}
.less{fill:var(--charges)}.more{fill:var(--penalties)}.sheet{fill:var(--sheet)}
.whisker{stroke:var(--text);stroke-width:1.4;fill:none}.zero{stroke:var(--soft);stroke-width:1}
.plot{display:grid;grid-template-columns:max-content minmax(0,1fr);margin-top:12px;max-width:900px}
.plot .unit{grid-column:1/-1;min-width:0;color:var(--soft);font-size:13px;margin-bottom:2px}
.plot .axis{grid-column:2;overflow-wrap:anywhere}
.scale text,.field text{font-size:12px;fill:var(--soft)}
.field .named{fill:var(--text);font-weight:600;paint-order:stroke;stroke:var(--sheet);stroke-width:4px;stroke-linejoin:round}
.base,.notch{stroke:var(--hatch)}
.field path,.swatch path,.field line{vector-effect:non-scaling-stroke}
.cost-line,.bound-line,.base-level,.break,.as-is{fill:none}
.cost-line{stroke:var(--charges);stroke-width:2.2}.count-line{fill:none;stroke:var(--packageFees);stroke-width:2.2}
.bound-line{stroke:var(--wait);stroke-width:1.5;stroke-dasharray:5 3}
.base-level{stroke:var(--soft);stroke-width:1.4;stroke-dasharray:1.5 3}
.break{stroke:var(--cutoff);stroke-width:1.3;stroke-dasharray:4 3}.as-is{stroke:var(--soft);stroke-width:1.4;stroke-dasharray:1.5 3}
.gap{fill:var(--pale);opacity:.55}
.dot{fill:var(--charges);stroke:var(--sheet);stroke-width:1.5}.ring{fill:var(--sheet);stroke:var(--charges);stroke-width:2}
.hit{fill:transparent}.mark:hover .dot,.mark:hover .ring{stroke:var(--text)}
.heat{width:auto}.heat td,.heat th.n{padding-left:12px;padding-right:12px}.heat tbody td{border-left:2px solid var(--sheet)}.heat tbody th{padding-right:12px}
.cool1{background:var(--cool1)}.cool2{background:var(--cool2)}.cool3{background:var(--cool3)}.cool4{background:var(--cool4)}
.warm1{background:var(--warm1)}.warm2{background:var(--warm2)}.warm3{background:var(--warm3)}.warm4{background:var(--warm4)}
.heat td small{color:inherit}
.plot .id,.legend .id,.sentences .id,.note .id,.tile .id,summary .id,h3 .id,code{overflow-wrap:anywhere}
.bars .name .long{display:inline-block;white-space:normal;overflow-wrap:anywhere;max-width:20em}
.sentences{margin:12px 0 0;padding-left:24px;font-size:14px}.sentences li{padding:3px 0}
details{margin-top:14px}
summary{cursor:pointer;font-size:14px;color:var(--charges)}
dl{margin:8px 0 0;font-size:14px}
dl div{display:grid;grid-template-columns:170px 1fr;gap:0 18px;padding:5px 0;border-top:1px solid var(--faint)}
dt{color:var(--soft)}dd{margin:0;min-width:0;overflow-wrap:anywhere}
.room ul{list-style:none;margin:0;padding:0}.room .soft{color:var(--soft)}.room strong{white-space:nowrap}
.phases{list-style:none;display:flex;flex-wrap:wrap;gap:0 18px;margin:0;padding:0}
footer{color:var(--soft);font-size:13px;margin-top:18px}
@media (max-width:900px){.tiles{grid-template-columns:1fr 1fr}.tile:nth-child(3){border-left:0}.tile:nth-child(n+3){border-top:1px solid var(--rule)}}
@media (max-width:620px){.page{padding:0 12px 28px}section{padding:16px 14px 18px}
.tiles{grid-template-columns:1fr}.tile{border-left:0;padding:13px 14px}.tile+.tile{border-top:1px solid var(--rule)}.tile .big{font-size:25px}
.savings{grid-template-columns:max-content 1fr}.savings .figure{text-align:left}.savings .against{grid-column:1/-1}
.bars{display:block}.bars li{display:flex;flex-wrap:wrap;justify-content:space-between}.bars .drawing{order:1}.bars .rate{order:2}
dl div{grid-template-columns:1fr}.columns .tick{font-size:9.5px}.columns text{font-size:10px}
th .id.long,td .id.long{max-width:12em}}
@media print{@page{size:landscape;margin:12mm}:root{color-scheme:light;--ground:#fff;--sheet:#fff;--text:#000;--soft:#444;--rule:#bbb;--faint:#ddd;
--charges:#2c5fa8;--packageFees:#0e7c76;--delay:#a9690b;--volume:#6b4fa3;--penalties:#b23a48;--package:#2c5fa8;--pale:#c9d8ee;--wait:#6d86a6;--hatch:#858e99;--cutoff:#b3261e;--ink:rgba(255,255,255,.5);
--s5:#2e7d4f;--s6:#8c4a2f;--s7:#5f6b7a;--cool1:#e3ecf8;--cool2:#c6d9f1;--cool3:#a3c1e8;--cool4:#7da6dc;--warm1:#fbe7e4;--warm2:#f6cdc8;--warm3:#efaea7;--warm4:#e58b83}
body{font-size:11.5px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
.page{max-width:none;padding:0}nav{display:none}.scroll{overflow:visible}table{font-size:10px}th,td{padding-left:7px}
section{border:0;border-top:1px solid var(--rule);border-radius:0;padding:12px 0;margin-top:10px}
tr,.tile,.bars li,.plot,.scroll,h2,h3,.lead,.room div{break-inside:avoid}h2,h3,.lead,.legend,caption{break-after:avoid}tfoot{display:table-row-group}tbody th,tfoot th{position:static}thead{display:table-header-group}
.queues{min-width:0}th .id.long,td .id.long{max-width:11em;min-width:0}}
`;
