/** HTML in which every value is escaped unless it is HTML itself. (A tag named `html` would be reformatted by the formatter.) */

export interface Html {
  readonly text: string;
}

export function markup(parts: TemplateStringsArray, ...values: readonly (Html | string | number)[]): Html {
  return { text: parts.map((part, at) => `${part}${at < values.length ? textOf(values[at] ?? '') : ''}`).join('') };
}

export function joined(items: readonly Html[]): Html {
  return { text: items.map(({ text }) => text).join('') };
}

/** For text of our own that must not be escaped, such as a style. */
export function raw(text: string): Html {
  return { text };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function textOf(value: Html | string | number): string {
  if (typeof value === 'object') return value.text;
  return String(value).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
