import { useState } from "preact/hooks";
import type { Order, OrderStatus } from "../shared/protocol";
import { Icon, type IconName } from "../shared/ui/icons";
import { ReasonSheet } from "../shared/ui/reason-sheet";
import { AssignSheet } from "./assign-sheet";
import { busy, give, must, type OrderCommand } from "./commands";
import { session } from "./state";
import { actionWords as words, words as pageWords } from "./words";

/** A plain command is carried out by the press; the others ask for a reason or for a driver. */
type Ask = "plain" | "reason" | "driver";

const ASKS: Record<OrderCommand, Ask> = {
  ready: "plain",
  withdraw: "plain",
  reopen: "plain",
  confirm_return: "plain",
  assign: "driver",
  cancel: "reason",
  release: "reason",
  undo: "reason",
  return: "reason",
  fail: "reason",
  problem: "reason",
};

const ICONS: Partial<Record<OrderCommand, IconName>> = {
  ready: "bell",
  withdraw: "undo-2",
  assign: "bike",
  release: "undo-2",
  reopen: "radio",
  undo: "undo-2",
  return: "store",
  confirm_return: "package-check",
  fail: "circle-x",
  cancel: "circle-x",
  problem: "circle-alert",
};

/** What a dispatcher can do in each status, the likeliest first; it is the one that stands out. */
const COMMANDS: Record<OrderStatus, readonly OrderCommand[]> = {
  scheduled: ["ready", "problem", "cancel"],
  submitted: ["ready", "assign", "problem", "cancel"],
  ready_for_pickup: ["assign", "withdraw", "problem", "cancel"],
  assigned: ["assign", "release", "problem", "cancel"],
  enroute_to_pickup: ["assign", "release", "problem", "cancel"],
  arrived_at_pickup: ["assign", "release", "undo", "problem", "cancel"],
  picked_up: ["return", "undo", "problem", "fail"],
  arrived_at_dropoff: ["return", "undo", "problem", "fail"],
  returning: ["confirm_return", "problem", "fail"],
  delivered: ["undo", "problem"],
  expired: ["reopen", "assign"],
  cancelled: ["reopen"],
  returned: ["problem"],
  failed: ["problem"],
};

const STANDS_OUT: readonly OrderCommand[] = ["ready", "confirm_return", "reopen"];
const WARNS: readonly OrderCommand[] = ["cancel", "fail"];

/** The hub reopens a cancelled order within this. */
const REOPEN_MS_MAX = 30 * 60_000;

export function Actions({ order }: { order: Order }) {
  const [asking, ask] = useState<OrderCommand | null>(null);
  const close = () => ask(null);
  const commands = COMMANDS[order.status].filter((command) => isPossible(command, order));
  if (commands.length === 0 && !order.problem) return null;
  return (
    <section class="actions" aria-label={pageWords.actions}>
      {order.problem && (
        <button type="button" class="button primary" disabled={busy.value.has(`problem ${order.id}`)} onClick={() => void give("problem", order, { resolved: true })}>
          <Icon name="check" />
          {words.resolve}
        </button>
      )}
      {commands.map((command, index) => (
        <button
          key={command}
          type="button"
          class={`button ${index === 0 && (STANDS_OUT.includes(command) || order.status === "ready_for_pickup") ? "primary" : ""} ${WARNS.includes(command) ? "quiet warns" : ""}`}
          disabled={busy.value.has(`${command} ${order.id}`)}
          onClick={() => (ASKS[command] === "plain" ? void give(command, order) : ask(command))}
        >
          <Icon name={ICONS[command] ?? "check"} />
          {command === "assign" && order.driver ? words.reassign : words[command]}
        </button>
      ))}
      {asking === "assign" && <AssignSheet order={order} onClose={close} />}
      {asking && ASKS[asking] === "reason" && <WhySheet command={asking} order={order} onClose={close} />}
    </section>
  );
}

function isPossible(command: OrderCommand, order: Order): boolean {
  if (command === "problem") return !order.problem;
  if (command !== "reopen" || order.status !== "cancelled") return true;
  const since_ms = order.closed_at ? session.now.value - Date.parse(order.closed_at) : 0;
  return !order.picked_up_at && since_ms < REOPEN_MS_MAX;
}

function WhySheet({ command, order, onClose }: { command: OrderCommand; order: Order; onClose: () => void }) {
  const { code } = order;
  const texts = {
    cancel: [words.cancelTitle(code), words.cancelReasons, words.cancel],
    release: [words.releaseTitle(code, order.driver?.name ?? ""), words.releaseReasons, words.releaseButton],
    undo: [words.undoTitle(code), words.undoReasons, words.undoButton],
    return: [words.returnTitle(code), words.returnReasons, words.returnButton],
    fail: [words.failTitle(code), words.failReasons, words.failButton],
    problem: [words.problemTitle(code), words.problemReasons, words.problemButton],
  } as const;
  const [title, reasons, button] = texts[command as keyof typeof texts];
  return (
    <ReasonSheet
      title={title}
      reasons={reasons}
      button={button}
      danger={WARNS.includes(command)}
      onGive={(reason) => must(give(command, order, { reason }))}
      onClose={onClose}
    />
  );
}
