import { expect, test } from "vitest";
import { type Recipient, RECIPIENTS_MAX, recipientsOf, remember, suggest } from "./recipients";

const one = (contact: string, address: string, phone = ""): Recipient => ({ contact, address, phone, instructions: "", lat: "", lng: "" });
const kim = one("Kim", "2 Side Street", "+49 30 555 030");
const zoe = one("Zoë Müller", "Große Straße 7", "0170 1234567");
const names = (found: readonly Recipient[]) => found.map((recipient) => recipient.contact).join(" ");

test("the last twenty are kept, each person once, the newest first", () => {
  const many = Array.from({ length: 25 }, (_, n) => one(`Nr ${n}`, `${n} Hill Road`));
  const kept = many.reduce(remember, [] as readonly Recipient[]);
  expect(kept).toHaveLength(RECIPIENTS_MAX);
  expect(kept[0]?.contact).toBe("Nr 24");
  const moved = { ...kim, address: "9 Park Lane", phone: "+49-30-555030" };
  expect(remember([zoe, kim], moved)).toEqual([moved, zoe]);
  expect(remember([zoe], { ...zoe, phone: "", instructions: "2nd floor" })).toHaveLength(1);
  expect(remember([kim], one("Nobody", " "))).toEqual([kim]);
});

test("what is typed finds whom it means, with or without accents, spaces and country", () => {
  const table: [field: "address" | "contact" | "phone", typed: string, found: string][] = [
    ["contact", "ki", "Kim"],
    ["contact", "zoe mu", "Zoë Müller"],
    ["contact", "im", ""],
    ["address", "side", "Kim"],
    ["address", "strasse 7", "Zoë Müller"],
    ["address", "St", "Kim Zoë Müller"],
    ["phone", "030 55", "Kim"],
    ["phone", "+4930", "Kim"],
    ["phone", "4567", "Zoë Müller"],
    ["phone", "0", ""],
    ["address", "  ", ""],
  ];
  for (const [field, typed, found] of table) expect(names(suggest([kim, zoe], field, typed)), `${field} ${typed}`).toBe(found);
});

test("what is kept by no one of ours is not read", () => {
  expect(recipientsOf([kim, { contact: "half" }, 3, null])).toEqual([kim]);
  expect([undefined, "text", {}].map(recipientsOf)).toEqual([[], [], []]);
});
