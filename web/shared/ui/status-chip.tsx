import type { OrderStatus } from "../protocol";
import { statusTones, statusWords, type Tone } from "../words";
import { Icon, type IconName } from "./icons";

const statusIcons: Record<OrderStatus, IconName> = {
  scheduled: "calendar-clock",
  submitted: "hourglass",
  ready_for_pickup: "radio",
  assigned: "bike",
  enroute_to_pickup: "bike",
  arrived_at_pickup: "store",
  picked_up: "package",
  arrived_at_dropoff: "map-pin",
  delivered: "check",
  returning: "undo-2",
  returned: "package-check",
  cancelled: "circle-x",
  expired: "circle-alert",
  failed: "circle-alert",
};

/** Where an order stands: never by colour alone. `word` where a page has its own for it. */
export function StatusChip({ status, word }: { status: OrderStatus; word?: string | undefined }) {
  return <Chip tone={statusTones[status]} icon={statusIcons[status]} word={word ?? statusWords[status]} />;
}

export function Chip({ tone, icon, word }: { tone: Tone; icon: IconName; word: string }) {
  return (
    <span class={`chip tone-${tone}`}>
      <Icon name={icon} size_px={16} />
      {word}
    </span>
  );
}
