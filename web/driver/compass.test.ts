import { expect, test } from "vitest";
import { bearing_deg, compassPoint } from "./compass";

const HERE = { lat: 52.52, lng: 13.4 };

test.each([
  ["north", 52.53, 13.4, 0],
  ["north-east", 52.53, 13.4164, 1],
  ["east", 52.52, 13.42, 2],
  ["south-east", 52.51, 13.4164, 3],
  ["south", 52.51, 13.4, 4],
  ["south-west", 52.51, 13.3836, 5],
  ["west", 52.52, 13.38, 6],
  ["north-west", 52.53, 13.3836, 7],
])("what lies in the %s is said to", (_name, lat, lng, point) => {
  expect(compassPoint(bearing_deg(HERE, { lat, lng }))).toBe(point);
});

test("just west of north is north, not an eighth point beyond", () => {
  expect(compassPoint(359)).toBe(0);
});

test("a bearing across the date line goes the short way", () => {
  expect(bearing_deg({ lat: 0, lng: 179.9 }, { lat: 0, lng: -179.9 })).toBeCloseTo(90);
});
