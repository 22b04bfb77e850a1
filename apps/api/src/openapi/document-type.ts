/** The parts of an OpenAPI 3.1 document that Granary writes, as types. */
import type { JsonSchema } from './json-schema.ts';

export interface OpenapiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, PathItem>>;
  /** A token, or none for what is public. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, SecurityScheme>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, Response>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
  };
  /** The closed list of errors: kind, code, status, and whether a repeat can help. */
  readonly 'x-errors': readonly ErrorRow[];
}

export interface SecurityScheme {
  readonly type: 'http';
  readonly scheme: 'bearer';
  readonly description: string;
}

export interface ErrorRow {
  readonly kind: string;
  readonly code: string;
  readonly http: number;
  readonly retryable: boolean;
  readonly meaning: string;
}

export type PathItem = Readonly<Partial<Record<Method, Operation>>>;
export type Method = 'get' | 'post' | 'put';

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Readonly<Record<string, Response | Reference>>;
  /** `stock.check`: the same procedure is called as /trpc/stock.check. */
  readonly 'x-procedure': string;
  readonly 'x-permission': string;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: JsonSchema;
  readonly content?: Content;
  readonly examples?: Examples;
}

export interface Reference {
  readonly $ref: string;
}

export interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: JsonSchema }>>;
  readonly content?: Content;
}

export type Content = Readonly<Record<string, { readonly schema: JsonSchema; readonly examples?: Examples }>>;

export interface ExampleObject {
  readonly value: unknown;
  readonly summary?: string;
  /** What has to be put in place of an id that only Granary can name: `batch.create#/batchId`. */
  readonly 'x-from'?: unknown;
}

export type Examples = Readonly<Record<string, ExampleObject>>;
