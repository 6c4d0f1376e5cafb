import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashOf, MOST_PINNED, type Route, routeOf, START, TABS } from "../../../web/src/state/route.js";

const PLAN = "ae0c9853-6ceb-4129-8694-8bfcb4890127";
const text = fc.string({ minLength: 1, unit: "grapheme" });
const changes = fc.dictionary(
  text.filter((path) => path !== "__proto__"),
  fc.option(text),
  { noNullPrototype: true },
);
const routes: fc.Arbitrary<Route> = fc.record({
  plan: fc.constant(PLAN),
  tab: fc.constantFrom(...TABS),
  changes,
  pinned: fc.array(fc.record({ name: fc.string(), changes }), { maxLength: MOST_PINNED }),
  order: fc.option(text),
  channel: fc.option(text),
  breakEven: fc.option(fc.uuid()),
  frontier: fc.option(fc.uuid()),
});

describe("the page's address", () => {
  it("says all of a route, whatever ids and names are in it", () => {
    fc.assert(
      fc.property(routes, (route) => {
        expect(routeOf(hashOf(route))).toEqual(route);
      }),
    );
  });

  it("leads to the start where it names no plan", () => {
    for (const hash of ["", "#", "#/", "#/plans/", "#/plans/1", "#/elsewhere"])
      expect(routeOf(hash)).toEqual(START);
    expect(hashOf(START)).toBe("#/");
  });

  it("takes nothing of what it does not understand", () => {
    expect(routeOf(`#/plans/${PLAN}/nowhere?now={"a&pin=[1]&pin=[]`)).toEqual({ ...START, plan: PLAN });
    const { changes: taken } = routeOf(
      `#/plans/${PLAN}/plan?now=${encodeURIComponent('{"a":1,"b":"2","c":null}')}`,
    );
    expect(taken).toEqual({ b: "2", c: null });
  });

  it("takes as many scenarios as there are columns", () => {
    const pin = `pin=${encodeURIComponent('["s",{}]')}`;
    expect(
      routeOf(`#/plans/${PLAN}/compare?${[1, 2, 3, 4, 5].map(() => pin).join("&")}`).pinned,
    ).toHaveLength(MOST_PINNED);
  });
});
