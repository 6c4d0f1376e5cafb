import { describe, expect, it } from "vitest";
import { isHostEntry, mayReach, mayTell } from "../../../../src/jobs/webhooks/hosts.js";

describe("who may be told", () => {
  const allowed = ["hooks.example.com", ".router.example", "10.1.0.0/16", "127.0.0.1", "fd00::5"];

  it.each([
    ["https://hooks.example.com/x", true],
    ["https://HOOKS.example.com:8443/x", true],
    ["http://hooks.example.com/x", true],
    ["https://a.hooks.example.com/x", false],
    ["https://hooks.example.com.evil.example/x", false],
    ["https://evilhooks.example.com/x", false],
    ["https://one.router.example/x", true],
    ["https://router.example/x", false],
    ["http://10.1.2.3/x", true],
    ["http://10.2.2.3/x", false],
    ["http://127.0.0.1:1234/x", true],
    // Other ways to write the address 127.0.0.1: a URL makes one of them.
    ["http://2130706433/x", true],
    ["http://0x7f.1/x", true],
    ["http://127.0.0.2/x", false],
    ["http://localhost/x", false],
    ["http://[fd00::5]/x", true],
    ["http://[::ffff:10.1.0.1]/x", true],
    ["http://[::ffff:10.2.0.1]/x", false],
    ["https://user:secret@hooks.example.com/x", false],
    ["ftp://hooks.example.com/x", false],
  ])("%s: %s", (url, expected) => {
    expect(mayTell(allowed, url)).toBe(expected);
    expect(mayTell([], url)).toBe(false);
  });

  it.each([
    ["93.184.216.34", true],
    ["2606:2800:220:1::1", true],
    ["10.1.255.255", true],
    ["10.2.0.0", false],
    ["127.0.0.1", true],
    ["127.0.0.2", false],
    ["0.0.0.0", false],
    ["100.64.0.1", false],
    ["169.254.169.254", false],
    ["172.16.0.1", false],
    ["172.31.255.255", false],
    ["172.32.0.0", true],
    ["192.168.1.1", false],
    ["::1", false],
    ["::ffff:192.168.1.1", false],
    ["::ffff:93.184.216.34", true],
    ["64:ff9b::a00:1", false],
    ["fd00::5", true],
    ["fd00::6", false],
    ["fe80::1", false],
    ["2002:a00:1::", false],
  ])("an address that a name leads to, %s: %s", (address, expected) => {
    expect(mayReach(allowed, address)).toBe(expected);
  });

  it.each([
    ["hooks.example.com", true],
    [".example.com", true],
    ["localhost", true],
    ["10.0.0.1", true],
    ["10.0.0.0/8", true],
    ["10.0.0.0/33", false],
    ["fd00::/8", true],
    ["fd00::/129", false],
    ["example.com/8", false],
    ["10.0.0.0/", false],
    ["*.example.com", false],
    ["https://example.com", false],
    ["example.com:80", false],
    ["", false],
  ])("%s as an entry of the list: %s", (entry, expected) => {
    expect(isHostEntry(entry)).toBe(expected);
  });
});
