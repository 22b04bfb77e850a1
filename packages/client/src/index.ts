/** The face of the package: what sibling apps import. */
export { GranaryError } from '@granary/contracts/error';
export { type ClientOptions, createClient, type GranaryClient } from './client.ts';
export { ConnectionError, type ConnectionProblem } from './connection-error.ts';
export { isGranaryError } from './granary-error.ts';
