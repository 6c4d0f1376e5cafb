/** Why prices are none that prove anything. */
export class Unusable extends Error {}
