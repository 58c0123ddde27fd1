/**
 * The colours of the pages' own CSS, for light and dark schemes, named by their part. The contrast meets WCAG 2.2 AA in
 * both schemes: 4.5 for text, 3 for the edges of controls.
 */
export const PALETTE = `
:root {
  color-scheme: light dark;
  --wall: #e9e5dc;
  --wall-light: #f3f0ea;
  --plate: #fdfcf9;
  --edge: #d3cbbb;
  --ink: #24211b;
  --faint: #625b4e;
  --ink-below: #4e483d;
  --brass: #7d5d18;
  --field: #ffffff;
  --field-edge: #8b8271;
  --press: #2c2924;
  --press-over: #46413a;
  --press-ink: #fdfbf5;
  --alarm: #8c1d18;
  --alarm-ground: #fcefec;
  --calm: #2b4a6b;
  --calm-ground: #edf2f7;
  --engraving: 0 1px 0 #ffffff;
  --shadow: 0 1px 2px rgb(60 50 30 / 0.1), 0 18px 44px -18px rgb(60 50 30 / 0.32);
}

@media (prefers-color-scheme: dark) {
  :root {
    --wall: #131210;
    --wall-light: #1d1b18;
    --plate: #24221e;
    --edge: #403b32;
    --ink: #eee9df;
    --faint: #b5ac9c;
    --ink-below: #b5ac9c;
    --brass: #d9b566;
    --field: #191815;
    --field-edge: #857c6c;
    --press: #d9b566;
    --press-over: #e7c983;
    --press-ink: #211b0c;
    --alarm: #f6b5ac;
    --alarm-ground: #3a211e;
    --calm: #b3cee8;
    --calm-ground: #1f2932;
    --engraving: 0 -1px 0 rgb(0 0 0 / 0.7);
    --shadow: 0 1px 2px rgb(0 0 0 / 0.5), 0 22px 50px -18px rgb(0 0 0 / 0.8);
  }
}
`
