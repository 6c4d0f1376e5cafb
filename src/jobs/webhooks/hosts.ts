import { BlockList, isIP } from "node:net";

/**
 * Who may be told by webhook. An entry of the list is the name of a host, all names below one (`.example.com`), an address or a
 * range of addresses (`10.1.0.0/16`).
 *
 * A name that is allowed may lead to an address that is not: whoever answers for the name could make us ask a machine of our own
 * network. So private addresses must stand in the list themselves.
 */
export type AllowedHosts = readonly string[];

const NAME = /^\.?[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/;

/** Whether a text can be an entry. */
export function isHostEntry(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  if (bits === undefined) return isIP(text) !== 0 || NAME.test(text);
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)]!;
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most;
}

/** Whether what is at an address of the web may be told, as far as its text says. */
export function mayTell(allowed: AllowedHosts, url: string): boolean {
  const { hostname, username, password, protocol } = new URL(url);
  if (username !== "" || password !== "" || !/^https?:$/.test(protocol)) return false;
  const host = plainHost(hostname);
  if (isIP(host) !== 0) return isListed(allowed, host);
  return allowed.some((entry) => (entry.startsWith(".") ? host.endsWith(entry) : host === entry));
}

/** Whether an address that a name led to may be asked. */
export function mayReach(allowed: AllowedHosts, address: string): boolean {
  return !isWithin(PRIVATE, address) || isListed(allowed, address);
}

/** The host of a URL in the form of the list: without the brackets of an IPv6 address. */
export function plainHost(hostname: string): string {
  return hostname.toLowerCase().replace(/^\[|\]$/g, "");
}

function isListed(allowed: AllowedHosts, address: string): boolean {
  return isWithin(listOf(allowed.filter((entry) => isIP(entry.split("/")[0]!) !== 0)), address);
}

function isWithin(list: BlockList, address: string): boolean {
  // `::ffff:10.0.0.1` is looked up as 10.0.0.1 by the list itself.
  return list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

function listOf(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", bits] = entry.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** Addresses that are not those of a machine of the public network (IANA's special-purpose registries). */
const PRIVATE = listOf([
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"],
  ...["192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"],
  ...["203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"],
  // Those of IPv6 that hold one of IPv4 could hold any.
  ...["::/128", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32"],
  ...["2002::/16", "fc00::/7", "fe80::/10", "ff00::/8"],
]);
