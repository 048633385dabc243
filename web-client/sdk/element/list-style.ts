// How the element's legend and list look. Colours come from the map's theme.

export const LIST_STYLE = `
ul { list-style: none; margin: 0; padding: 0 }
.quiet, small { color: var(--quiet); font-weight: 400 }
.legend { flex: none; display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.25rem;
  padding: .6rem .75rem; box-sizing: border-box; max-height: 45%; overflow: hidden auto;
  background: var(--floor); color: var(--label); border-top: 1px solid var(--line);
  font-size: 13px }
.legend:first-child { border-top: 0; border-bottom: 1px solid var(--line) }
.legend svg { width: 16px; height: 16px; flex: none }
.categories { display: flex; flex-wrap: wrap; gap: .4rem; min-width: 0 }
.categories button { display: flex; align-items: center; gap: .5rem; min-height: 36px;
  padding: 0 .85rem 0 .7rem; border-radius: 99px; white-space: nowrap;
  box-shadow: inset 0 0 0 1px var(--line) }
.categories svg { width: 14px; height: 14px }
.categories span { font-weight: 550 }
.categories small { font-size: 12.5px; font-variant-numeric: tabular-nums }
.categories b { font-weight: 650; font-variant-numeric: tabular-nums }
.categories button:hover { background: var(--sunken) }
.categories [aria-pressed=true] { background: var(--sunken);
  box-shadow: inset 0 0 0 2px var(--own) }
.categories .gone { color: var(--quiet) }
.signs { display: flex; flex-wrap: wrap; gap: .35rem 1rem; color: var(--quiet) }
.signs li { display: flex; align-items: center; gap: .4rem; white-space: nowrap }
.choice { right: .75rem; top: .75rem; display: flex; gap: .25rem; padding: .25rem;
  border-radius: 99px }
.choice button { padding: 0 .9rem; min-height: 36px; border-radius: 99px; font-size: 13px;
  font-weight: 600; white-space: nowrap }
.choice [aria-pressed=true] { background: var(--own); color: var(--own-mark) }
.view:has(.choice) .floors { max-width: calc(100% - 11.5rem) }
.view:has(.choice) .hint.top { top: 4rem }
.listed > :not(.list, .choice, .state, .notice, .spoken) { visibility: hidden !important }
.list { position: absolute; inset: 0; z-index: 1; overflow-y: auto; box-sizing: border-box;
  padding: .75rem .75rem 1.5rem; background: var(--paper); overscroll-behavior: contain }
.list > * { max-width: 72rem; margin-inline: auto; box-sizing: border-box }
.list > p { display: flex; align-items: center; min-height: 44px; margin-bottom: .75rem;
  padding: 0 10.5rem 0 .25rem; font-size: 13px }
.list > ul { display: flex; flex-direction: column; gap: .5rem }
.section { background: var(--floor); border: 1px solid var(--line); border-radius: 14px }
.open { display: flex; align-items: center; gap: 1rem; width: 100%; min-height: 52px;
  padding: .6rem 1rem; text-align: start; border-radius: inherit }
.open[aria-expanded=true] { border-radius: 13px 13px 0 0 }
.open:hover { background: var(--sunken) }
.open svg { flex: none; width: 18px; height: 18px; fill: none; stroke: var(--quiet);
  stroke-width: 2; stroke-linecap: round; stroke-linejoin: round }
.open[aria-expanded=true] svg { transform: scaleY(-1) }
.title { flex: 1; min-width: 0; display: flex; flex-wrap: wrap; align-items: baseline;
  gap: .1rem 1rem; font-variant-numeric: tabular-nums }
.title > b { flex: 1 1 8rem; font-weight: 650; overflow-wrap: anywhere }
.title > span { font-size: 13px }
.title > .amount { font-weight: 600 }
.section.place { display: flex; align-items: center; gap: 1rem; min-height: 52px;
  padding: .4rem 1rem; box-sizing: border-box }
.pill { min-height: 40px; padding: 0 1rem; border-radius: 99px; font-size: 13px; font-weight: 600;
  white-space: nowrap; box-shadow: inset 0 0 0 1px var(--quiet) }
.pill:hover { background: var(--sunken) }
.pill:disabled { opacity: .45; cursor: default }
.rows { padding: .75rem 1rem 1rem }
.rows .pill { margin-top: .75rem }
.grid { display: flex; flex-direction: column; gap: .4rem }
.row { display: flex; gap: .75rem; align-items: flex-start }
.head { flex: none; width: 4rem; padding-top: .65rem; font-size: 13px; font-weight: 600;
  color: var(--quiet); overflow-wrap: anywhere }
.seats { display: flex; flex-wrap: wrap; gap: .35rem; min-width: 0 }
.seat { display: flex; align-items: center; justify-content: center; gap: .25rem;
  box-sizing: border-box; height: 40px; min-width: 42px; padding: 0 .4rem; border-radius: 11px;
  border: 1px solid var(--line); font-size: 13px; font-weight: 550; cursor: pointer;
  font-variant-numeric: tabular-nums; user-select: none; white-space: nowrap }
.seat svg { width: 9px; height: 9px; flex: none }
.seat.free { background: var(--floor);
  border-color: color-mix(in srgb, var(--quiet) 72%, var(--floor)) }
.seat.free:hover { background: var(--sunken) }
.seat.gone { background: var(--sunken); color: var(--quiet); cursor: default }
.seat.dimmed { border: 1px dashed var(--line); color: var(--quiet); background: none }
.seat.mine { background: var(--own); color: var(--own-mark); border-color: var(--own) }
.seat.marked { outline: 2px dashed var(--own); outline-offset: 1px }
.seat:focus-visible { outline: 3px solid var(--own); outline-offset: 2px }
@media (pointer: coarse) { .list { padding-top: 4.25rem }
  .categories button { min-height: 40px }
  .list > p { position: absolute; width: 1px; height: 1px;
  overflow: hidden; clip-path: inset(50%) } }
@container (max-width: 34rem) {
  .legend { gap: .5rem }
  .categories { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none;
    margin-inline: -.75rem; padding-inline: .75rem; scroll-padding-inline: .75rem }
  .signs { font-size: 12.5px; gap: .25rem .8rem }
  .list { padding-top: 4.25rem }
  .list > p { padding-inline-end: .25rem }
  .row { flex-direction: column; gap: .3rem }
  .row + .row { margin-top: .4rem }
  .head { width: auto; padding: 0 }
}
@media (forced-colors: active) {
  .seat.mine, .choice [aria-pressed=true], .floors [aria-pressed=true],
  .categories [aria-pressed=true] { forced-color-adjust: none; background: Highlight;
    color: HighlightText }
  .categories button, .pill { border: 1px solid ButtonText }
}
`
