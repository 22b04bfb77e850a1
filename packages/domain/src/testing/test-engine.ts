/** The engine behind a test's domain, for what services do that no call of the domain names by itself. */
import { createUnitOfWork } from '../persistence/unit-of-work.ts';
import type { DomainPorts } from '../ports/domain-ports.ts';
import type { Engine } from '../services/engine.ts';
import { createRefusalRecord } from '../services/refusal-record.ts';
import { createTrails } from '../services/trails.ts';
import { createStrategyRegistry } from '../strategies/registry.ts';
import { testConfig, type TestDomain, testPorts } from './test-domain.ts';

export function engineOf({ dataSource }: TestDomain, more: Partial<DomainPorts> = {}): Engine {
  const ports = { ...testPorts(), ...more };
  const units = createUnitOfWork(dataSource, testConfig, ports);
  const strategies = createStrategyRegistry(ports.strategies);
  const recordRefusal = createRefusalRecord({ units, ports, config: testConfig });
  return { units, ports, config: testConfig, strategies, recordRefusal, trails: createTrails() };
}
