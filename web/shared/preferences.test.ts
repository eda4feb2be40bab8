import { expect, test } from "vitest";
import { prefer, type Preferences, preferences, preferencesOf } from "./preferences";

const usual: Preferences = { sound: true, volume: 80, text: "normal", theme: "system", contrast: "normal", hand: "right" };

test("what was kept is read again, and what cannot be is as if it had never been chosen", () => {
  const table: [kept: string | null, differs: Partial<Preferences>][] = [
    [null, {}],
    ["", {}],
    ["not JSON", {}],
    ["null", {}],
    ['{"sound":false,"volume":35,"text":"larger","theme":"dark","contrast":"high","hand":"left"}', { sound: false, volume: 35, text: "larger", theme: "dark", contrast: "high", hand: "left" }],
    ['{"volume":0}', { volume: 0 }],
    ['{"volume":101}', {}],
    ['{"volume":"80","text":"huge","theme":3,"sound":"no","more":1}', {}],
  ];
  for (const [kept, differs] of table) expect(preferencesOf(kept, usual), String(kept)).toEqual({ ...usual, ...differs });
});

test("a change leaves the others as they are", () => {
  prefer({ text: "large" });
  prefer({ volume: 20 });
  expect(preferences.value).toMatchObject({ text: "large", volume: 20, theme: "system" });
});
