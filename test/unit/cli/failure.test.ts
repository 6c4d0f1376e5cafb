import { describe, expect, it } from "vitest";
import { describeFailure } from "../../../src/cli/failure.js";
import { Fault, InputError } from "../../../src/index.js";
import { StatementTimeout, Unavailable } from "../../../src/store/database.js";

describe("failures", () => {
  it("tell every problem of the input on a line of its own, and exit with 2", () => {
    const issues = [
      { code: "A", file: "orders.csv", line: 2, message: "has a\n  break" },
      { code: "B", file: "orders.csv", line: 3, message: "is wrong", hint: "Mend it." },
    ];
    expect(describeFailure(new InputError(issues, 5), "packwright")).toEqual({
      text: "orders.csv:2: has a break. [A]\norders.csv:3: is wrong. Mend it. [B]\n… and 3 more",
      exitCode: 2,
    });
  });

  it("tell a fault in one message with its code, and exit with 1", () => {
    const fault = new Fault("WORKER_DIED", "The thread died.", { cause: new Error("root cause") });
    expect(describeFailure(fault, "")).toEqual({
      text: "packwright: The thread died. [WORKER_DIED]",
      exitCode: 1,
    });
    const traced = describeFailure(fault, "other,packwright").text;
    expect(traced).toMatch(/\n\s+at /);
    expect(traced).toContain("Caused by: Error: root cause");
  });

  it.each(["", "packwrights", "express:*"])("tell no stack under DEBUG=%s", (debug) => {
    const { text, exitCode } = describeFailure(new TypeError("x is undefined."), debug);
    expect(exitCode).toBe(1);
    expect(text).toBe(
      "packwright: a fault of ours, not of your input: x is undefined. Run it again with DEBUG=packwright to see where, and please report it.",
    );
  });

  it("tell of a database that is away, which is no fault of ours", () => {
    expect(describeFailure(new Unavailable("connect ECONNREFUSED 127.0.0.1:5432"), "")).toEqual({
      text: "packwright: the database does not answer: connect ECONNREFUSED 127.0.0.1:5432. Try again when it does. [DATABASE_UNAVAILABLE]",
      exitCode: 2,
    });
  });

  it("tell of a database that is there and slow", () => {
    expect(describeFailure(new StatementTimeout("canceling statement due to statement timeout"), "")).toEqual(
      {
        text: "packwright: the database took too long over it: canceling statement due to statement timeout. Look what holds a lock there. [DATABASE_SLOW]",
        exitCode: 2,
      },
    );
  });

  it("tell what is thrown that is no error", () => {
    expect(describeFailure("plain text", "packwright").text).toContain("plain text");
  });
});
