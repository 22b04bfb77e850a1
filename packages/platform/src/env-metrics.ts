/** The variables of watching: where a process tells its metrics. */
import { z } from 'zod';
import { integer, optionalVariable, variable } from './env-variable.ts';

export const metricsVariables = {
  GRANARY_METRICS_PORT: optionalVariable(integer(0, 65_535), {
    shape: 'a whole number from 0 to 65535',
    about:
      'The port on which this process tells /metrics for Prometheus (docs/operations.md); 0 takes any free one, and without it nothing is told. Api and worker each need one of their own: `npm start` gives the worker the next.',
    example: '9464',
  }),
  GRANARY_METRICS_HOST: variable(z.string().regex(/^[A-Za-z0-9._:-]{1,255}$/), {
    shape: 'an address or a host name',
    about:
      'The address on which /metrics is told. It asks for no token: anything but this machine itself must be an address that only your own network reaches.',
    example: '127.0.0.1',
    fallback: '127.0.0.1',
  }),
};
