/** How the docs page looks. Its hash stands in the page's content security policy, so it is one fixed text. */

export const STYLE = `
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #1c2733; background: #fff; display: flex; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.5rem; background: #f3f5f7; min-width: 10rem; box-sizing: border-box; }
nav ul { list-style: none; padding: 0; }
main { padding: 1.5rem 2rem 6rem; max-width: 64rem; min-width: 0; flex: 1; }
a { color: #0b5cad; }
code, pre { font: 13px/1.5 ui-monospace, monospace; }
pre { background: #f3f5f7; padding: .75rem; overflow: auto; }
details { border: 1px solid #d9dfe5; border-radius: 4px; margin: .5rem 0; padding: 0 .75rem; overflow-x: auto; }
details[open] { padding-bottom: .75rem; }
summary { padding: .5rem 0; cursor: pointer; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #e6eaee; overflow-wrap: anywhere; }
h4 { margin: 1rem 0 .25rem; }
.facts { color: #566472; margin: .25rem 0; font-size: 14px; }
.method { display: inline-block; min-width: 3.2rem; font-weight: 600; }
.get { color: #176b3a; } .post { color: #0b5cad; } .put { color: #8a5a00; }
.example { background: #f3f5f7; padding: 0 .3rem; }
@media (max-width: 48rem) { body { display: block; } nav { position: static; height: auto; } }
@media (prefers-color-scheme: dark) {
  body { color: #dfe6ec; background: #14191e; } nav, pre, .example { background: #1e252c; } a, .post { color: #7db8f0; }
  details { border-color: #36414b; } th, td { border-color: #2a333b; } .facts { color: #9fadb9; } .get { color: #7fd0a0; } .put { color: #e0b566; }
}
`;
