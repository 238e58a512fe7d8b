/** The look of the demo page: the product's tokens (src/doors/portal/ui/tokens.css) and as little else as possible. */

export const style = `
:root {
  color-scheme: light dark;
  --bg: light-dark(#ffffff, #0f1216);
  --surface: light-dark(#f6f7f9, #171b21);
  --hover: light-dark(#eef0f4, #232932);
  --border: light-dark(#e2e5ea, #2a313b);
  --border-strong: light-dark(#8a93a1, #6b7684);
  --text: light-dark(#1b1f24, #e8ebf0);
  --muted: light-dark(#5b6472, #9aa4b2);
  --ok: light-dark(#18794e, #3dd68c);
  --warn: light-dark(#8a5a00, #f0b429);
  --danger: light-dark(#c9302c, #ff9592);
  --info-soft: light-dark(#e8f0fb, #15263f);
  --accent: #1f5f99;
  --accent-text: light-dark(#1f5f99, #7fb2e5);
}
* { box-sizing: border-box }
body {
  margin: 0; background: var(--bg); color: var(--text);
  font: 400 0.875rem/1.45 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
  font-variant-numeric: tabular-nums;
}
header, main { max-width: 72rem; margin: 0 auto; padding: 0 1rem }
header { padding-top: 1.5rem; padding-bottom: 0.5rem }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 0.25rem }
h2 { font-size: 1rem; margin: 2rem 0 0.25rem }
p { margin: 0 0 0.75rem; max-width: 46rem }
.muted { color: var(--muted) }
.done { background: var(--info-soft); border-radius: 10px; padding: 0.625rem 0.875rem; margin: 0.75rem 0 }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 0.75rem }
.card {
  background: var(--surface); border: 1px solid var(--border); border-radius: 10px; padding: 0.875rem;
  display: flex; flex-direction: column; gap: 0.5rem;
}
.card h3 { font-size: 0.875rem; margin: 0 }
.card p { margin: 0; flex: 1; color: var(--muted) }
.figures { display: flex; flex-wrap: wrap; gap: 0.5rem 2rem; margin: 0.5rem 0 0; padding: 0 }
.figures div { min-width: 6rem }
.buttons { display: flex; flex-wrap: wrap; gap: 0.5rem }
.figures dt { color: var(--muted); font-size: 0.75rem }
.figures dd { margin: 0; font-size: 1.25rem }
form { margin: 0; display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center }
button, select, input {
  font: inherit; color: var(--text); background: var(--bg); border: 1px solid var(--border-strong);
  border-radius: 6px; padding: 0.3125rem 0.75rem; min-height: 2.25rem;
}
button { cursor: pointer; font-weight: 600 }
button:hover { background: var(--hover) }
button.main { background: var(--accent); border-color: var(--accent); color: #fff }
:focus-visible { outline: 2px solid var(--accent-text); outline-offset: 2px }
a { color: var(--accent-text) }
table { border-collapse: collapse; width: 100%; font-size: 0.8125rem }
.scroll { overflow-x: auto }
th, td {
  text-align: left; padding: 0.4375rem 0.75rem 0.4375rem 0;
  border-bottom: 1px solid var(--border); vertical-align: top;
}
th { color: var(--muted); font-weight: 500; white-space: nowrap }
code, pre { font-family: ui-monospace, Menlo, 'Noto Sans Mono', monospace; font-size: 0.8125rem }
pre {
  background: var(--surface); border: 1px solid var(--border); border-radius: 10px; padding: 0.875rem;
  white-space: pre-wrap; overflow-wrap: anywhere;
}
.ok { color: var(--ok) } .warn { color: var(--warn) } .danger { color: var(--danger) }
footer { height: 3rem }
`

/** Fetches the present figures every two seconds; without it the page is still whole. */
export const script = `
const now = document.getElementById('now')
if (now) setInterval(async () => {
  if (document.hidden) return
  try {
    const answer = await fetch('/now')
    if (answer.ok) now.innerHTML = await answer.text()
  } catch {}
}, 2000)
`
