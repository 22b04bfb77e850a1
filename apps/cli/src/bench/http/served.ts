/** What the server of `bench http` is told and answers. Apart from its program, which acts on being imported. */

export interface ServeOrder {
  /** Variables of the environment table. */
  readonly settings: Readonly<Record<string, string>>;
}

export const HTTP_ARMS = ['no-op standard', 'engine standard', 'no-op lean', 'engine lean'] as const;
export type HttpArm = (typeof HTTP_ARMS)[number];

/** The port of each. */
export type Served = Readonly<Record<HttpArm, number>>;
