import { PALETTE } from './palette.ts'

/** The pages' own CSS: a small engraved plate, in light and dark colours. It is complete without other files. */
export const STYLESHEET = `${PALETTE}
*, *::before, *::after { box-sizing: border-box; }

html {
  min-block-size: 100%;
  background: radial-gradient(120% 90% at 50% 0%, var(--wall-light), var(--wall)) fixed var(--wall);
  -webkit-text-size-adjust: 100%;
  text-size-adjust: 100%;
}

body {
  margin: 0;
  min-block-size: 100vh;
  min-block-size: 100dvh;
  display: flex;
  flex-direction: column;
  gap: 1rem;
  padding: clamp(0.75rem, 4vw, 2rem);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
  color: var(--ink);
  overflow-wrap: anywhere;
}

.plate {
  position: relative;
  margin: auto;
  inline-size: 100%;
  max-inline-size: 26rem;
  padding: clamp(1.75rem, 8vw, 2.75rem) clamp(1.375rem, 8vw, 2.75rem);
  background: var(--plate);
  border: 1px solid var(--edge);
  border-radius: 1rem;
  box-shadow: var(--shadow);
}

/* The engraved line inside the plate's edge. */
.plate::before {
  content: '';
  position: absolute;
  inset: 0.4375rem;
  border: 1px solid var(--edge);
  border-radius: 0.625rem;
  pointer-events: none;
}

.nameplate { text-align: center; color: var(--brass); }
.mark { display: block; margin: 0 auto; inline-size: 2.75rem; block-size: 2.75rem; }
.logo { display: block; margin: 0 auto; max-inline-size: min(100%, 14rem); max-block-size: 5rem; }

.title {
  margin: 0.75rem 0 0;
  font: 600 1.125rem/1.35 ui-serif, 'Iowan Old Style', 'Palatino Linotype', Palatino, Georgia, serif;
  letter-spacing: 0.03em;
  text-wrap: balance;
  hyphens: auto;
  text-shadow: var(--engraving);
}

h1 {
  margin: 1.25rem 0 1.5rem;
  font-size: 1.375rem;
  font-weight: 600;
  line-height: 1.3;
  text-align: center;
  text-wrap: balance;
}

p { margin: 0 0 1rem; text-wrap: pretty; }
main > p { text-align: center; }
form { margin: 0; }

.notice {
  margin: 0 0 1.5rem;
  padding: 0.6875rem 0.875rem;
  border: 1px solid currentColor;
  border-inline-start-width: 4px;
  border-radius: 0.5rem;
  font-size: 0.9375rem;
  text-align: start;
}

.alarm { color: var(--alarm); background: var(--alarm-ground); }
.calm { color: var(--calm); background: var(--calm-ground); }

.entry { margin-block-end: 1.125rem; }
.entry label { display: block; margin-block-end: 0.375rem; font-size: 0.9375rem; font-weight: 600; }

.entry input {
  display: block;
  inline-size: 100%;
  min-block-size: 2.875rem;
  padding: 0.5rem 0.75rem;
  font: inherit;
  color: inherit;
  background: var(--field);
  border: 1px solid var(--field-edge);
  border-radius: 0.5rem;
}

/* The button lies in the field, which keeps its place free. */
.secret { position: relative; }
.secret input:has(+ .reveal:not([hidden])) { padding-inline-end: 3.25rem; }

.reveal {
  position: absolute;
  inset-block: 1px;
  inset-inline-end: 1px;
  inline-size: 2.75rem;
  display: grid;
  place-items: center;
  padding: 0;
  color: var(--faint);
  background: none;
  border: 0;
  border-radius: 0.4375rem;
  cursor: pointer;
}

.reveal[hidden] { display: none; }
.reveal:hover { color: var(--ink); }
.reveal svg { fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; }
.reveal:not(.open) .bar { display: none; }

.aside {
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

.entry input[aria-invalid] { border-color: var(--alarm); }

.choice {
  display: flex;
  gap: 0.625rem;
  align-items: center;
  min-block-size: 2.75rem;
  margin-block: -0.25rem 0.875rem;
  font-size: 0.9375rem;
}

.choice input { flex: none; inline-size: 1.125rem; block-size: 1.125rem; margin: 0; accent-color: var(--brass); }

button[type='submit'], .way {
  display: block;
  inline-size: 100%;
  min-block-size: 2.875rem;
  padding: 0.625rem 1rem;
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  border: 1px solid transparent;
  border-radius: 0.5rem;
  cursor: pointer;
}

button[type='submit'] { margin-block-start: 0.5rem; font-variant-numeric: tabular-nums; }
button[type='submit'], .press { color: var(--press-ink); background: var(--press); }
button[type='submit']:hover, .press:hover { background: var(--press-over); }
button[type='submit']:active { translate: 0 1px; }

button[aria-disabled='true'], button[aria-disabled='true']:hover {
  color: var(--ink);
  background: var(--edge);
  cursor: default;
}

.ways { margin: 1.5rem 0 0; display: grid; gap: 0.625rem; }
.way:not(.press) { color: inherit; border-color: var(--field-edge); }
.way:not(.press):hover { border-color: currentColor; text-decoration: underline; }
form + .ways { margin-block-start: 0.625rem; }

.or { margin: 1.25rem 0 0; font-size: 0.9375rem; color: var(--faint); text-align: center; }
.or + .ways { margin-block-start: 0.625rem; }

.qr { margin: 1rem 0; padding: 0.5rem; background: #fff; border-radius: 0.5rem; }
.qr svg { display: block; inline-size: 100%; max-inline-size: 15rem; margin: 0 auto; }
code { font: 0.9375rem/1.5 ui-monospace, 'Cascadia Mono', Menlo, Consolas, monospace; overflow-wrap: anywhere; }
h2 + p { text-align: start; }
.plate p a:not(.way) { color: inherit; text-underline-offset: 0.2em; }
h2 { margin: 1.75rem 0 0.5rem; font: 600 1.125rem/1.35 ui-serif, 'Iowan Old Style', 'Palatino Linotype', Palatino, Georgia, serif; }
fieldset { margin: 0 0 1rem; padding: 0.75rem 1rem; border: 1px solid var(--edge); border-radius: 0.5rem; }
.items { margin: 1rem 0; padding: 0; list-style: none; display: grid; gap: 1rem; }
.items li { padding-block-end: 1rem; border-block-end: 1px solid var(--edge); overflow-wrap: anywhere; }
.codes { margin: 1rem 0; padding: 0; list-style: none; display: grid; gap: 0.25rem 1.5rem; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); }

.forgot { margin: 1.25rem 0 0; font-size: 0.9375rem; }
.forgot a, .below a { color: inherit; text-underline-offset: 0.2em; }
.forgot a:hover, .below a:hover { text-decoration-thickness: 2px; }

.below {
  display: flex;
  flex-wrap: wrap;
  gap: 0.25rem 1.5rem;
  justify-content: center;
  font-size: 0.875rem;
  color: var(--ink-below);
}

.below a { padding-block: 0.375rem; }

.who { margin-block-end: 1.5rem; color: var(--faint); }
.who span { display: block; font-size: 0.9375rem; }

.who strong {
  display: block;
  margin-block-start: 0.25rem;
  font: 600 1.25rem/1.35 ui-serif, 'Iowan Old Style', 'Palatino Linotype', Palatino, Georgia, serif;
  color: var(--ink);
}

:focus-visible { outline: 2px solid var(--brass); outline-offset: 2px; }
.entry input:focus { outline: 2px solid var(--brass); outline-offset: 0; border-color: var(--brass); }

@media (prefers-reduced-motion: no-preference) {
  button[type='submit'], .way { transition: background-color 120ms, border-color 120ms; }
}

@media (prefers-reduced-motion: reduce) {
  button[type='submit']:active { translate: none; }
}

@media (forced-colors: active) {
  .plate, .plate::before { border-color: CanvasText; }
  .entry input:focus, :focus-visible { outline-color: Highlight; }
}
`
