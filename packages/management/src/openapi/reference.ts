import { html, raw } from 'hono/html';
import type { Document } from './document.ts';
import type { Content, Operation, Parameter } from './operation.ts';
import { renderSchema } from './reference-schema.ts';
import { STYLE } from './reference-style.ts';

/** A piece of HTML in which everything is escaped that has to be. */
export type Html = ReturnType<typeof html>;

/** The document as a page without scripts. `nonce` is what lets its style count. */
export function renderReference({ info, servers, paths, components }: Document, nonce: string): Html {
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const tags = [...new Set(routes.map(({ operation }) => operation.tags[0]))];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title}</title>
<style nonce="${nonce}">${raw(STYLE)}</style>
</head>
<body>
<nav aria-label="Resources">${tags.map((tag) => html`<a href="#${anchor(tag)}">${tag}</a>`)}<a href="#schemas">Schemas</a></nav>
<main>
<h1>${info.title}</h1>
<p>${info.description}</p>
<p>Below <code>${servers[0]?.url ?? ''}</code>, with <code>Authorization: Bearer …</code>. For programs: <a href="openapi.json">openapi.json</a>.</p>
${tags.map(
  (tag) => html`<section>
<h2 id="${anchor(tag)}">${tag}</h2>
${routes.filter(({ operation }) => operation.tags[0] === tag).map(renderRoute)}
</section>`,
)}
<section>
<h2 id="schemas">Schemas</h2>
${Object.entries(components.schemas).map(([name, schema]) => html`<h3 id="schema-${name}">${name}</h3>${renderSchema(schema)}`)}
</section>
</main>
</body>
</html>`;
}

interface Route {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

function renderRoute({ path, method, operation }: Route): Html {
  const { summary, description, parameters = [], requestBody, responses } = operation;
  return html`<details id="${operation.operationId}">
<summary><b class="${method}">${method}</b> <code>${path}</code> <span>${summary}</span> <i>${operation['x-role']}</i></summary>
${description === undefined ? '' : html`<p>${description}</p>`}
${parameters.length === 0 ? '' : html`<h4>Parameters</h4><ul>${parameters.map(renderParameter)}</ul>`}
${requestBody === undefined ? '' : html`<h4>Body</h4>${renderContent(requestBody.content)}`}
<h4>Answers</h4>
${Object.entries(responses).map(
  ([status, answer]) =>
    html`<p><b>${status}</b> ${answer.description}</p>${answer.content === undefined ? '' : renderContent(answer.content)}`,
)}
</details>`;
}

function renderParameter({ name, in: place, required, description, schema, content }: Parameter): Html {
  const marks = `${place}${required ? ', required' : ''}`;
  return html`<li><code>${name}</code> <i>${marks}</i> ${description ?? ''} ${
    schema === undefined ? renderContent(content ?? {}) : renderSchema(schema)
  }</li>`;
}

function renderContent(content: Content): Html {
  const parts = Object.entries(content).map(
    ([type, { schema }]) => html`<div><i>${type}</i> ${schema === undefined ? '' : renderSchema(schema)}</div>`,
  );
  return html`${parts}`;
}

function anchor(tag: string): string {
  return tag.toLowerCase().replaceAll(/[^a-z]+/g, '-');
}
