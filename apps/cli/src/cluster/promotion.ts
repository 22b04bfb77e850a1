/** The primary database is killed under load; its replica takes over with everything that was acknowledged, behind the same address. */
import type { Scene } from './scene.ts';

export const promotion: Scene = {
  name: 'the primary database is killed and its replica promoted',
  apis: 2,
  workers: 2,
  async disturb(site, rest) {
    const { pair } = site;
    // Some of what the replica has received it has not carried out yet: this must not be forgotten.
    await pair.stopApplying();
    await rest();
    await pair.primary.server.kill();
    await pair.resumeApplying();
    const { ms } = await pair.promote();
    site.moveDatabase();
    await rest();
    return { figures: { 'promotion, ms': ms }, problems: [] };
  },
};
