import type { Driver } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { Chip } from "../shared/ui/status-chip";
import { peopleWords } from "./words";

const words = peopleWords.driverState;

/** Whether a driver can be given work right now. */
export function DriverState({ driver }: { driver: Driver }) {
  if (driver.blocked) return <Chip tone="alarm" icon="circle-x" word={words.blocked} />;
  if (driver.zones.length === 0) {
    return (
      <span class="chip">
        <Icon name="power" size_px={16} />
        {driver.auto_paused_at ? words.paused : words.off}
      </span>
    );
  }
  return driver.reach === "live" ? <Chip tone="done" icon="wifi" word={words.live} /> : <Chip tone="wait" icon="wifi-off" word={words.away} />;
}

/** On duty and live first, then on duty, off duty, blocked; by name among equals. */
export function byUse(drivers: readonly Driver[]): Driver[] {
  const rank = (driver: Driver) => (driver.blocked ? 3 : driver.zones.length === 0 ? 2 : driver.reach === "live" ? 0 : 1);
  return [...drivers].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}
