/** How the reference page looks: by day and by night, with the browser's own fonts. */
export const STYLE: string = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; grid-template-columns: 13rem minmax(0, 60rem); gap: 2rem; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow: auto; padding: 1.5rem; }
nav a { display: block; padding: 0.2rem 0; }
main { padding: 0 1.5rem 4rem; }
h2, h3 { scroll-margin-top: 1rem; }
details { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: 0.5rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
summary b { display: inline-block; min-width: 4.5rem; }
summary i { float: right; }
code { font: 0.9em ui-monospace, monospace; }
i { opacity: 0.75; font-style: normal; font-size: 0.85em; }
ul { margin: 0.25rem 0; padding-left: 1.25rem; overflow-wrap: anywhere; }
@media (max-width: 48rem) { body { display: block; } nav { position: static; max-height: none; } nav a { display: inline-block; margin-right: 1rem; } }
`;
