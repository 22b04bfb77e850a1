/** Locations: warehouses and stores. `default` always exists. Allocation asks them by priority (low first), then id. */
import { z } from 'zod';
import { mutation } from './command.ts';
import { locationId, text } from './identifier.ts';
import { moment } from './instant.ts';
import { pageFields, pageOf } from './page.ts';

const settings = {
  name: text('Name', 200).optional(),
  priority: z
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .meta({ description: 'Asked first when low', examples: [10] }),
  isActive: z.boolean().optional().meta({ description: 'Whether it is reserved and sold from' }),
};

export const locationCreateInput = mutation({ locationId, ...settings });
export const locationUpdateInput = mutation({ locationId, ...settings });
export const locationGetInput = z.strictObject({ locationId });
export const locationListInput = z.strictObject(pageFields);

export const location = z.strictObject({
  locationId: z.string(),
  name: z.string(),
  priority: z.number().int(),
  isActive: z.boolean(),
  version: z.number().int(),
  createdAt: moment,
  updatedAt: moment,
});
export const locationPage = pageOf(location);

export type Location = z.output<typeof location>;
export type LocationCreateInput = z.output<typeof locationCreateInput>;
export type LocationUpdateInput = z.output<typeof locationUpdateInput>;
export type LocationListInput = z.output<typeof locationListInput>;
