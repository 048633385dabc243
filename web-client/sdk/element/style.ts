// How the element's parts beside the map look. Colours come from the map's theme.

export const STYLE = `
:host { display: block; position: relative; min-height: 16rem; overflow: hidden }
:host([hidden]) { display: none }
.frame { position: absolute; inset: 0; border-radius: inherit; overflow: hidden;
  display: flex; flex-direction: column; container-type: inline-size;
  font: 14px/1.4 system-ui, sans-serif; font-family: inherit; color: var(--label);
  --sunken: color-mix(in srgb, var(--label) 6%, var(--floor)) }
.view { position: relative; flex: 1; min-height: 0; border-radius: inherit }
.view:has(+ .legend) { border-end-start-radius: 0; border-end-end-radius: 0 }
.legend + .view { border-start-start-radius: 0; border-start-end-radius: 0 }
.stage { position: absolute; inset: 0; user-select: none; border-radius: inherit }
.stage:focus-visible { outline: none }
.stage:focus-visible::after { content: ''; position: absolute; inset: 0; border-radius: inherit;
  outline: 3px solid var(--own); outline-offset: -3px; box-shadow: inset 0 0 0 5px var(--floor);
  pointer-events: none; z-index: 1 }
[hidden] { display: none !important }
.notice { position: absolute; inset: 0; display: flex; flex-direction: column; gap: .75rem;
  align-items: center; justify-content: center; padding: 1rem; text-align: center;
  color: var(--quiet) }
p { margin: 0 }
button { font: inherit; color: inherit; background: none; border: 0; cursor: pointer }
.notice button, .state button { color: var(--label); font-weight: 600; padding: .6rem 1.1rem;
  border: 1px solid var(--line); border-radius: 99px; background: var(--floor); min-height: 44px }
.card { position: absolute; z-index: 2; background: var(--floor); color: var(--label);
  border: 1px solid var(--line); border-radius: 12px; box-shadow: 0 4px 18px #0002 }
.tip { width: max-content; max-width: min(15rem, calc(100% - 16px)); padding: .6rem .75rem;
  box-sizing: border-box; pointer-events: none; font-size: 13px; z-index: 4 }
.tip .place { font-weight: 650 }
.tip .price { display: flex; gap: .5rem; align-items: center; margin-top: .25rem }
.tip .price b { margin-left: auto; font-weight: 650 }
.tip i { flex: none; width: .7rem; height: .7rem; border-radius: 50% }
.tip .marks { color: var(--quiet); margin-top: .25rem }
.tip .warning { font-weight: 550; margin-top: .25rem }
.hint { left: 50%; top: 50%; transform: translate(-50%, -50%); padding: .55rem 1rem;
  pointer-events: none; text-align: center; z-index: 3; max-width: calc(100% - 2rem);
  box-sizing: border-box }
.hint.top { top: .75rem; transform: translateX(-50%) }
.state { left: .75rem; top: .75rem; padding: .35rem .8rem; font-size: 13px; font-weight: 550 }
.tools { right: .75rem; bottom: .75rem; display: flex; flex-direction: column; overflow: hidden }
.tools button { width: 44px; height: 44px; display: grid; place-items: center; padding: 0 }
.tools button + button { border-top: 1px solid var(--line) }
.tools svg { width: 18px; height: 18px; fill: none; stroke: currentColor; stroke-width: 2;
  stroke-linecap: round }
.floors { left: .75rem; top: .75rem; display: flex; gap: .25rem; padding: .25rem;
  max-width: calc(100% - 1.5rem); overflow-x: auto; box-sizing: border-box; border-radius: 99px }
.floors button { padding: 0 .9rem; min-height: 36px; border-radius: 99px; font-size: 13px;
  font-weight: 600; white-space: nowrap }
.floors [aria-pressed=true] { background: var(--own); color: var(--own-mark) }
.floors:not([hidden]) ~ .state { top: 4rem }
.mini { left: .75rem; bottom: .75rem; width: 8rem; height: 5.5rem; cursor: pointer;
  touch-action: none; visibility: hidden; overflow: hidden }
button:focus-visible { outline: 3px solid var(--own); outline-offset: -3px }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
@media (forced-colors: active) { .stage:focus-visible::after { outline-color: Highlight } }
`
