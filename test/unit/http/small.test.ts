import { describe, expect, it } from "vitest";
import { preferredType } from "../../../src/http/accept.js";
import { byteOf, cursorAt } from "../../../src/http/cursor.js";
import { HttpProblem } from "../../../src/http/httpProblem.js";
import { preferred } from "../../../src/http/prefer.js";
import { mustHaveFewOrders } from "../../../src/http/routes/simulations.js";
import { isLoopback } from "../../../src/http/serve.js";
import { MOST_ORDERS } from "../../../src/jobs/simulations.js";

describe("preferred", () => {
  it.each([
    [undefined, null, false],
    ["", null, false],
    ["wait=10", 10, false],
    ["WAIT = 10", 10, false],
    ['wait="10"', 10, false],
    ["return=minimal, wait=5", 5, false],
    ["wait=5; foo", 5, false],
    ["wait=5;foo=bar ,x", 5, false],
    [["return=minimal", "wait=5"], 5, false],
    ["wait=0", 0, false],
    ["wait=100", 60, false],
    ["wait=99999999999999999999", 60, false],
    ["wait=5, wait=7", 5, false],
    ["wait=-1", null, false],
    ["wait=10s", null, false],
    ["wait", null, false],
    ["await=10", null, false],
    ["respond-async", null, true],
    ["Respond-Async", null, true],
    ["respond-async, wait=10", 10, true],
    ["respond-async,wait=10", 10, true],
    ["wait=10 ,\trespond-async", 10, true],
    [["wait=10", "respond-async"], 10, true],
    [["respond-async", "wait=10"], 10, true],
    ["respond-async; a=1, wait=10; b", 10, true],
    ["return=minimal; respond-async", null, false],
    ["return=minimal; wait=5", null, false],
    ['x="wait=5, respond-async"', null, false],
    ['x="a\\", wait=5", respond-async', null, true],
    ['x="wait=5, respond-async', null, false],
    [",,, wait=3,,", 3, false],
    ["wait=5 x, wait=7", 7, false],
    ['wait="5;6", respond-async="a;b"', null, true],
  ])("%j", (header, wait, isAsync) => {
    expect(preferred(header, 60)).toEqual({ wait, isAsync });
  });

  it("takes no longer for what is made to take long", () => {
    const started = performance.now();
    for (const text of ['"\\', '"', 'a="', ", ", "a=;"]) preferred(text.repeat(100_000), 60);
    for (const [before, after] of [
      ["wait=", '"x'],
      ["wait", '"x'],
      ["", "wait=x y"],
    ])
      preferred(`${before}${" ".repeat(50_000)}${after}`, 60);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("mustHaveFewOrders", () => {
  const of = (orders: number) => () => mustHaveFewOrders({ result: { counts: { orders } } });
  it("lets plans be asked about that are answered in a moment", () => {
    expect(of(MOST_ORDERS)).not.toThrow();
    expect(of(MOST_ORDERS + 1)).toThrow(HttpProblem);
    // One that has no result is refused for that.
    expect(() => mustHaveFewOrders({ result: null })).not.toThrow();
  });
});

describe("preferredType", () => {
  const offered = ["application/json", "text/csv"] as const;
  it.each([
    [undefined, "application/json"],
    ["", "application/json"],
    ["*/*", "application/json"],
    ["text/csv", "text/csv"],
    ["TEXT/CSV", "text/csv"],
    ["text/*", "text/csv"],
    ["text/csv;q=0.5, application/json;q=0.4", "text/csv"],
    ["text/csv;q=0, */*", "application/json"],
    ["application/json;q=0, */*", "text/csv"],
    ["text/csv; charset=utf-8", "text/csv"],
  ])("%j is %s", (accept, type) => {
    expect(preferredType(accept, offered)).toBe(type);
  });

  it.each(["image/png", "text/csv;q=0", "text/csv;q=x", ";;;"])("refuses %j", (accept) => {
    expect(() => preferredType(accept, offered)).toThrow(HttpProblem);
  });
});

describe("cursors", () => {
  it("lead where they were made for, of the table they were made for", () => {
    const cursor = cursorAt("a", 1234);
    expect(byteOf("a", cursor)).toBe(1234);
    for (const wrong of [cursor.replace("1234", "1235"), "1234", "", "-", "x", "NaN-x", `${cursor}0`])
      expect(() => byteOf("a", wrong)).toThrow(HttpProblem);
    expect(() => byteOf("b", cursor)).toThrow(HttpProblem);
  });
});

describe("isLoopback", () => {
  it.each(["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1"])("%s is", (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  it.each(["0.0.0.0", "::", "", "127.0.0.1.example.com", "localhost.example.com", "10.0.0.1", "128.0.0.1"])(
    "%s is not",
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});
