// A driver's shift: the phone that is made ready, the alarm, the break, and the day at its end.

import { holdsEverywhere } from "../probes";
import { goOnDuty, goTo, offerOf } from "../steps";
import { expect, type Page, PHONE, test } from "../test";

interface Stubs {
  /** What was asked for at the screen and the loudspeaker, in order. */
  heard: string[];
}

/** Stands in for what a browser without a screen or a loudspeaker does not have, and tells what was asked of it. */
async function withStubs(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const heard: string[] = [];
    Object.assign(window, { heard } satisfies Stubs);
    const start = AudioBufferSourceNode.prototype.start;
    const stop = AudioBufferSourceNode.prototype.stop;
    AudioBufferSourceNode.prototype.start = function () {
      heard.push(this.loop ? "alarm on" : "sound");
      start.call(this);
    };
    AudioBufferSourceNode.prototype.stop = function () {
      heard.push("alarm off");
      stop.call(this);
    };
    const wakeLock = {
      request: async () => {
        heard.push("screen on");
        return Object.assign(new EventTarget(), { release: async () => void heard.push("screen off") });
      },
    };
    Object.defineProperty(navigator, "wakeLock", { value: wakeLock });
    Object.defineProperty(navigator, "vibrate", { value: () => true });
    let grant: PermissionState = "prompt";
    navigator.permissions.query = async () => Object.assign(new EventTarget(), { state: grant, name: "geolocation", onchange: null }) as PermissionStatus;
    const ask = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);
    navigator.geolocation.getCurrentPosition = (found, ...more) => ask((place) => ((grant = "granted"), found(place)), ...more);
    Object.defineProperty(Notification, "permission", { get: () => notices });
    let notices: NotificationPermission = "default";
    Notification.requestPermission = async () => (notices = "granted");
  });
  await page.reload();
}

const heard = (page: Page) => page.evaluate(() => (window as unknown as Stubs).heard);
const checkOf = (page: Page, name: string) => page.getByRole("listitem").filter({ has: page.getByRole("heading", { name, exact: true }) });

async function choose(page: Page, line: string): Promise<void> {
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("dialog", { name: "Menu" }).getByRole("button", { name: line }).click();
}

test("a driver makes the phone ready, and rides without it too; the dispatcher sees what it lacks", async ({ town, open, forgive }) => {
  // Once notices are allowed the page asks for an address for them, which a browser without a memory does not give.
  forgive(/Push API in incognito/);
  const [page, admin] = await Promise.all([open(town.ann), open(town.admin)]);
  await withStubs(page);
  await expect(page.getByRole("heading", { name: "Is this phone ready?" })).toBeVisible();
  await holdsEverywhere(page, "start of a shift");

  await page.getByRole("button", { name: "Allow: Location" }).click();
  await expect(checkOf(page, "Location")).toContainText("you are asked for what is near you");
  await page.getByRole("button", { name: "Test: Sound" }).click();
  await holdsEverywhere(page, "the question after the alarm");
  await page.getByRole("button", { name: "I did not" }).click();
  await expect(checkOf(page, "Sound")).toContainText("Turn the volume up");
  await page.getByRole("button", { name: "Allow: Notifications" }).click();
  await expect(checkOf(page, "Notifications")).toContainText("with the screen off");
  await expect(checkOf(page, "Home screen")).toContainText("In the menu of the browser");
  expect(await heard(page)).toContain("sound");

  await goOnDuty(page, "Mitte");
  await goTo(admin, "Drivers");
  await expect(admin.getByRole("listitem", { name: "Ann" })).toContainText("Alarm not heard");
  await page.getByRole("button", { name: "Not now" }).click();
  await expect(page.getByRole("heading", { name: "Is this phone ready?" })).toBeHidden();
  await choose(page, "Check this phone");
  await page.getByRole("button", { name: "Test again: Sound" }).click();
  await page.getByRole("button", { name: "I heard it" }).click();
  await expect(checkOf(page, "Sound")).toContainText("You heard the alarm");
  await page.keyboard.press("Escape");
  await expect(admin.getByRole("listitem", { name: "Ann" })).not.toContainText("Alarm not heard");
});

test("an iPhone is told how the page comes on its home screen, where alone it gets notices", async ({ town, open }) => {
  const page = await open(town.ann, { userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1" });
  await expect(checkOf(page, "Home screen")).toContainText("In Safari: tap Share, then “Add to Home Screen”. Open it from there.");
  await holdsEverywhere(page, "start of a shift on an iPhone");
});

test("an offer rings in every tab until one of them handles it, and the screen stays on meanwhile", async ({ town, open }) => {
  const page = await open(town.ann);
  await withStubs(page);
  await page.getByRole("button", { name: "Allow: Location" }).click();
  const tab = await page.context().newPage();
  await tab.setViewportSize(PHONE);
  await tab.goto(`${town.base}/driver`);
  await withStubs(tab);
  await goOnDuty(page, "Mitte");
  await tab.getByText("On duty in Mitte").click();

  const last = (one: Page, what: string) => expect.poll(async () => (await heard(one)).filter((word) => word.startsWith(what)).at(-1));
  const { code } = await town.vendor.api.submit("Ramen", { ready: true });
  await expect(offerOf(page, code)).toBeVisible();
  for (const one of [page, tab]) await last(one, "alarm").toBe("alarm on");
  await last(page, "screen").toBe("screen on");
  await page.getByRole("button", { name: "Stop the ringing" }).click();
  for (const one of [page, tab]) await last(one, "alarm").toBe("alarm off");
  await expect(page.getByRole("button", { name: "Stop the ringing" })).toBeHidden();

  const second = await town.vendor.api.submit("Gyoza", { ready: true });
  for (const one of [page, tab]) await last(one, "alarm").toBe("alarm on");
  await offerOf(page, second.code).getByRole("button", { name: "Decline" }).click();
  await offerOf(page, code).getByRole("button", { name: "Claim" }).click();
  await expect(page.getByRole("button", { name: "Start to the pickup" })).toBeVisible();
  for (const one of [page, tab]) await last(one, "alarm").toBe("alarm off");
  await last(page, "screen").toBe("screen on");
  await town.vendor.api.post(`/orders/${(await town.vendor.api.get<{ data: { id: string; code: string }[] }>("/orders")).data.find((one) => one.code === code)?.id}/cancel`, { reason: "Closed" });
  await last(page, "screen").toBe("screen off");
});

test("a break ends by itself or when the driver is back, and the day tells what was done", async ({ town, open }) => {
  const page = await open(town.ann);
  await goOnDuty(page, "Mitte");
  await page.getByRole("button", { name: "Pause" }).click();
  await holdsEverywhere(page, "how long the break is");
  await page.getByRole("button", { name: "30 min" }).click();
  await expect(page.getByRole("heading", { name: "On a break" })).toBeVisible();
  await expect(page.getByRole("timer")).toContainText(/^(30:00|29:5\d)/);
  await holdsEverywhere(page, "a break");
  await page.reload();
  await expect(page.getByRole("timer")).toContainText("29:");
  const order = await town.vendor.api.submit("Ramen", { ready: true, driver_pay: { amount: 650, currency: "EUR" }, cash_to_collect: { amount: 1200, currency: "EUR" } });
  await page.getByRole("button", { name: "Back on duty now" }).click();
  await expect(offerOf(page, order.code)).toBeVisible();
  await expect(page.getByText("On duty in Mitte")).toBeVisible();

  await town.ann.api.give(order, "claim", "start", "arrive", "pick_up", "arrive", "deliver");
  await choose(page, "My day");
  const day = page.getByRole("dialog", { name: "My day" });
  await expect(day.getByRole("listitem").filter({ hasText: order.code })).toContainText("Delivered");
  await expect(day.getByText("€6.50", { exact: true })).toBeVisible();
  await expect(day.getByText("€12.00", { exact: true })).toBeVisible();
  await holdsEverywhere(page, "my day");
  await day.getByRole("button", { name: "The day before" }).click();
  await expect(day.getByText("No jobs on this day.")).toBeVisible();
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "5 min", exact: true }).click();
  await page.getByRole("button", { name: "End my shift" }).click();
  await expect(page.getByText("Off duty")).toBeVisible();
  await expect(page.getByRole("switch", { name: "Mitte" })).not.toBeChecked();
});
