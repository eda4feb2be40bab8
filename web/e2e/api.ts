// The REST side of a hub, from a test.

import type { Order } from "../shared/protocol";

export class Api {
  constructor(
    readonly base: string,
    readonly key: string,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.ask("GET", path);
  }

  post<T>(path: string, body: object = {}): Promise<T> {
    return this.ask("POST", path, body);
  }

  put<T>(path: string, body: object): Promise<T> {
    return this.ask("PUT", path, body);
  }

  patch<T>(path: string, body: object): Promise<T> {
    return this.ask("PATCH", path, body);
  }

  /** Submits an order of one dish, named so that a test can find it. */
  submit(dish: string, more: object = {}): Promise<Order> {
    return this.post("/orders", { items: [{ name: dish, quantity: 1 }], ...more });
  }

  /** Gives commands one after the other, each without a payload or with one. */
  async give(order: Order, ...commands: (string | [name: string, payload: object])[]): Promise<Order> {
    let last = order;
    for (const command of commands) {
      const [name, payload] = typeof command === "string" ? [command, {}] : command;
      last = await this.post(`/orders/${order.id}/${name}`, payload);
    }
    return last;
  }

  private async ask<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.base}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.key}`, ...(body && { "Content-Type": "application/json" }) },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }
}
