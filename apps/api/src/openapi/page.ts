/** The document as one readable HTML page without any script: groups, procedures, fields, examples, errors. */
import type { Content, Examples, Method, OpenapiDocument, Operation, Parameter, Reference } from './document-type.ts';
import { type Html, joined, markup, raw } from './html.ts';
import { fieldsOf } from './page-fields.ts';
import { STYLE } from './page-style.ts';
import { resolved } from './reference.ts';

export function pageOf(document: OpenapiDocument): string {
  const { info, tags } = document;
  const sections = tags.map(({ name, description }) => section(document, name, description));
  const links = tags.map(({ name }) => markup`<li><a href="#${name}">${name}</a></li>`);
  const intro = info.description.split('\n\n').map((text) => markup`<p>${text.replaceAll('`', '')}</p>`);
  const page = markup`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title} ${info.version}: the api</title><style>${raw(STYLE)}</style></head>
<body>
<nav><strong>${info.title} ${info.version}</strong>
<ul>${joined(links)}<li><a href="#errors">errors</a></li><li><a href="/v1/openapi.json">openapi.json</a></li></ul></nav>
<main><h1>${info.title}: the api</h1>
${joined(intro)}
${joined(sections)}
${errorTable(document)}
</main></body></html>
`;
  return page.text;
}

function section(document: OpenapiDocument, tag: string, description: string): Html {
  const here = Object.entries(document.paths).flatMap(([path, item]) =>
    (Object.entries(item) as [Method, Operation][])
      // A query may be POSTed as well, as the introduction says; one row is enough to read it.
      .filter(([method, operation]) => operation.tags.includes(tag) && !(method === 'post' && item.get !== undefined))
      .map(([method, operation]) => ({ path, method, operation })),
  );
  return markup`<section id="${tag}"><h2>${tag}</h2><p>${description}</p>
${joined(here.map((row) => operationOf(document, row)))}</section>`;
}

interface Row {
  readonly path: string;
  readonly method: Method;
  readonly operation: Operation;
}

function operationOf(document: OpenapiDocument, { path, method, operation }: Row): Html {
  const { summary, description, parameters = [], requestBody, responses } = operation;
  const answer = responses['200'];
  const body = requestBody === undefined ? '' : markup`<h4>Body</h4>${contentOf(document, requestBody.content)}`;
  return markup`<details id="${operation.operationId}">
<summary><span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code> ${summary}</summary>
${description === undefined ? '' : markup`<p>${description}</p>`}
<p class="facts">procedure <code>${operation['x-procedure']}</code>, permission <code>${operation['x-permission']}</code></p>
${parameterTable(document, parameters)}
${body}
${answer === undefined || '$ref' in answer ? '' : markup`<h4>Answer</h4>${contentOf(document, answer.content ?? {})}`}
</details>
`;
}

function parameterTable(document: OpenapiDocument, parameters: readonly (Parameter | Reference)[]): Html | '' {
  if (parameters.length === 0) return '';
  const rows = parameters.map((given) => {
    const parameter = resolved<Parameter>(document, given);
    const schema = parameter.schema ?? parameter.content?.['application/json']?.schema ?? {};
    const [field] = fieldsOf(document, { type: 'object', properties: { [parameter.name]: schema } });
    const need = parameter.required === true ? 'required' : '';
    const told = [parameter.description, field?.description].filter((text) => text !== undefined && text !== '');
    return markup`<tr><td><code>${parameter.name}</code></td><td>${parameter.in}</td><td>${field?.type ?? ''}</td>
<td>${need}</td><td>${told.join('; ')} ${exampleList(parameter.examples)}</td></tr>`;
  });
  const head = markup`<tr><th>name</th><th>in</th><th>type</th><th></th><th></th></tr>`;
  return markup`<h4>Parameters</h4><table>${head}${joined(rows)}</table>`;
}

function exampleList(examples: Examples = {}): Html | '' {
  const values = [...new Set(Object.values(examples).map(({ value }) => shown(value)))];
  return values.length === 0 ? '' : joined(values.map((value) => markup`<code class="example">${value}</code> `));
}

function contentOf(document: OpenapiDocument, content: Content): Html {
  return joined(
    Object.entries(content).map(([type, { schema, examples = {} }]) => {
      const rows = fieldsOf(document, schema).map(
        (field) => markup`<tr><td><code>${field.name}</code></td><td>${field.type}</td>
<td>${field.required ? 'required' : ''}</td><td>${field.description}</td></tr>`,
      );
      const shownExamples = Object.entries(examples).map(
        ([name, { value }]) => markup`<p class="facts">${name}</p><pre>${JSON.stringify(value, null, 2)}</pre>`,
      );
      return markup`<p class="facts">${type}</p><table>${joined(rows)}</table>${joined(shownExamples)}`;
    }),
  );
}

function errorTable(document: OpenapiDocument): Html {
  const rows = document['x-errors'].map(
    ({ code, http, kind, meaning, retryable }) =>
      markup`<tr><td><code>${code}</code></td><td>${http}</td><td><code>${kind}</code></td>
<td>${meaning}</td><td>${retryable ? 'yes' : ''}</td></tr>`,
  );
  return markup`<section id="errors"><h2>errors</h2>
<p>Every error is JSON: code, kind, message, details, hint, retryable. A retryable one may succeed when the same call is repeated.</p>
<table><tr><th>code</th><th>status</th><th>kind</th><th>meaning</th><th>retryable</th></tr>${joined(rows)}</table></section>`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
