import { clockTime } from "../shared/format";
import type { Driver, DriverDevice } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { Chip } from "../shared/ui/status-chip";
import { peopleWords } from "./words";

const words = peopleWords.driverState;

/** Whether a driver can be given work right now. */
export function DriverState({ driver }: { driver: Driver }) {
  if (driver.blocked) return <Chip tone="alarm" icon="circle-x" word={words.blocked} />;
  if (driver.paused_until) return <Chip tone="wait" icon="timer" word={peopleWords.pausedUntil(clockTime(driver.paused_until))} />;
  if (driver.zones.length === 0) {
    return (
      <span class="chip">
        <Icon name="power" size_px={16} />
        {driver.auto_paused_at ? words.paused : words.off}
      </span>
    );
  }
  return <ReachedBy reach={driver.reach} />;
}

/** By what way a driver is reached. */
export function ReachedBy({ reach }: { reach: Driver["reach"] }) {
  const { tone, icon } = REACH[reach];
  return <Chip tone={tone} icon={icon} word={words[reach]} />;
}

/** How each way of reaching a driver looks: by push they hear of an offer a little later, and that is fine. */
const REACH = {
  live: { tone: "done", icon: "wifi" },
  push_only: { tone: "done", icon: "smartphone" },
  stale: { tone: "wait", icon: "circle-alert" },
  unreachable: { tone: "wait", icon: "wifi-off" },
} as const satisfies Record<Driver["reach"], object>;

/** The surest first. */
const SURE: readonly Driver["reach"][] = ["live", "push_only", "stale", "unreachable"];

/** What a driver's phone can do, as it said last: four facts, and what is amiss stands out. */
export function DeviceFacts({ device }: { device: DriverDevice }) {
  const facts = peopleWords.deviceFacts;
  return (
    <ul class="device" aria-label={peopleWords.device}>
      <DeviceFact fine={device.location === "granted"} word={facts.location[device.location]} />
      <DeviceFact fine={device.notifications === "granted"} word={facts.notifications[device.notifications]} />
      <DeviceFact fine={device.sound === "heard"} word={facts.sound[device.sound]} />
      <DeviceFact fine={device.installed} word={facts.installed[device.installed ? "yes" : "no"]} />
    </ul>
  );
}

function DeviceFact({ fine, word }: { fine: boolean; word: string }) {
  return (
    <li class={fine ? "chip" : "chip tone-wait"}>
      <Icon name={fine ? "check" : "circle-alert"} size_px={16} />
      {word}
    </li>
  );
}

/** On duty first, who is reached best before the others, then in a pause, off duty, blocked; by name among equals. */
export function byUse(drivers: readonly Driver[]): Driver[] {
  const off = (driver: Driver) => (driver.paused_until ? 2 : 3);
  const rank = (driver: Driver) => (driver.blocked ? 4 : driver.zones.length === 0 ? off(driver) : SURE.indexOf(driver.reach) / SURE.length);
  return [...drivers].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}
