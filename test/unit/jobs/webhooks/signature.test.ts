import { expect, it } from "vitest";
import { parseSecret, signatureHeaders } from "../../../../src/jobs/webhooks/signature.js";
import { isSignedBy } from "../../../support/receiver.js";

// The example of the standard's own libraries.
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

it("signs as the standard's own example", () => {
  const headers = signatureHeaders(
    [parseSecret(SECRET)!],
    "msg_p5jXN8AQM9LWM0D4loKWxJek",
    1614265330,
    '{"test": 2432232314}',
  );
  expect(headers).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

it("signs with every secret, so that receivers may know either", () => {
  const body = '{"id":"计划"}';
  const headers = signatureHeaders([parseSecret(SECRET)!, parseSecret(OTHER)!], "m", 1, body);
  const received = { headers, text: body, at: 0 };
  expect(isSignedBy(SECRET, received)).toBe(true);
  expect(isSignedBy(OTHER, received)).toBe(true);
  expect(isSignedBy(`whsec_${Buffer.alloc(32, 8).toString("base64")}`, received)).toBe(false);
  expect(isSignedBy(SECRET, { ...received, text: `${body} ` })).toBe(false);
  expect(isSignedBy(SECRET, { ...received, headers: { ...headers, "webhook-timestamp": "2" } })).toBe(false);
});

it.each([
  "",
  "whsec_",
  "whsec_abc",
  SECRET.slice(6),
  `whsec_${"A".repeat(30)}`,
  `whsec_${"A".repeat(100)}`,
  `whsec_${"*".repeat(32)}`,
])("takes %j for no secret", (text) => {
  expect(parseSecret(text)).toBeNull();
});
