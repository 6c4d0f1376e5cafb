/** What a key lets its holder do; each allows what the one before it does. */
export const SCOPES = ["read", "plan", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** Whether scopes allow what another one is needed for. */
export function allows(scopes: readonly Scope[], needed: Scope): boolean {
  return scopes.some((scope) => SCOPES.indexOf(scope) >= SCOPES.indexOf(needed));
}

/** What a key may be made with. */
export const KEY_LIMITS = { name: 100, perMinute: 1_000_000, defaultPerMinute: 600, days: 3_650 } as const;

/** Whether a text can be what a key is called: the API says the same by its schema. */
export function isKeyName(text: string): boolean {
  return text.length >= 1 && text.length <= KEY_LIMITS.name && /^\P{C}*$/u.test(text);
}
