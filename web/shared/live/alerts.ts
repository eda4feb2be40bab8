// What is the matter with orders, as the hub says it: all of it with every sync, and each change after that.

import type { Alert } from "../protocol";

export type AlertsByOrder = ReadonlyMap<string, readonly Alert[]>;

export class Alerts {
  private readonly open = new Map<string, Alert>();

  takeAll(alerts: readonly Alert[]): void {
    this.open.clear();
    for (const alert of alerts) this.open.set(alert.id, alert);
  }

  take(alert: Alert): void {
    if (alert.cleared_at) this.open.delete(alert.id);
    else this.open.set(alert.id, alert);
  }

  byOrder(): AlertsByOrder {
    const found = new Map<string, Alert[]>();
    for (const alert of this.open.values()) found.set(alert.order_id, [...(found.get(alert.order_id) ?? []), alert]);
    return found;
  }
}
