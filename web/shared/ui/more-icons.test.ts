import { expect, it } from "vitest";
import { moreIconPaths } from "./more-icons";

const sources = import.meta.glob<string>(["../../driver/*.ts*", "../*.ts*", "./*.tsx", "!./icons.tsx"], { query: "?raw", import: "default", eager: true });

it("has no icon that the driver's page or a part of several pages shows, since they do not import it", () => {
  const texts = Object.values(sources);
  expect(texts.length).toBeGreaterThan(50);
  expect(Object.keys(moreIconPaths).filter((name) => texts.some((text) => text.includes(`"${name}"`)))).toEqual([]);
});
