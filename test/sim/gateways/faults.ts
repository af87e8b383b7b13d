/** Everything that can go wrong, one at a time and many together. */
import { apiName } from "./api.ts";
import type { Stage } from "./world.ts";

export function fault(stage: Stage): void {
  const { chance, time, network, gateways, environments, slots } = stage;
  const slot = chance.upTo(slots);
  const other = chance.upTo(slots);
  const environment = chance.pick([...environments.keys()]);
  const partFromOthers = () => {
    for (let one = 0; one < slots; one++) if (one !== slot) network.part(`slot${slot}`, `slot${one}`);
  };
  switch (chance.upTo(13)) {
    case 0:
      stage.crashAt(slot);
      time.after(chance.upTo(4_000), () => gateways[slot] === undefined && stage.startAt(slot));
      return;
    case 1:
      gateways[slot]?.pause(chance.upTo(8_000));
      return;
    case 2:
      if (slot !== other) network.part(`slot${slot}`, `slot${other}`);
      return;
    case 3:
      network.part(`slot${slot}`, apiName);
      return;
    case 4:
      if (environment !== undefined) network.part(environment, `slot${slot}`);
      return;
    case 5:
      network.cut(`slot${slot}`);
      return;
    case 6:
      if (environment !== undefined) environments.get(environment)?.kill();
      return;
    case 12:
      if (environment !== undefined) environments.get(environment)?.leave();
      return;
    case 7:
      if (chance.percent(50)) network.heal();
      return;
    case 8: {
      // A roll: leaves with grace, and another comes.
      const leaving = gateways[slot];
      leaving?.happen({ type: "leave" });
      time.after(chance.upTo(3_000), () => {
        if (gateways[slot] !== leaving) return;
        stage.crashAt(slot);
        stage.startAt(slot);
      });
      return;
    }
    case 10:
      gateways[slot]?.hangWatches(chance.upTo(20_000));
      return;
    case 11:
      if (environment !== undefined) environments.get(environment)?.lie();
      return;
    case 9:
      // Cut off from everybody but new environments, it knows of no other placer.
      network.part(`slot${slot}`, apiName);
      partFromOthers();
      for (const one of [...environments.values()]) if (chance.percent(70)) one.kill();
      stage.cutOff = slot;
      time.after(5_000, () => {
        stage.cutOff = undefined;
      });
      return;
  }
}
