/** Addresses of the host that ports are published on. Pure. */

/** One, or two where an IPv6 address stands beside. */
export function addressesOf({ bind, bindIpv6 }: { bind: string; bindIpv6?: string }): string[] {
    return bindIpv6 === undefined || bindIpv6 === bind ? [bind] : [bind, bindIpv6];
}

/** Whether two addresses to publish on have one in common. Docker publishes each family by itself, `::` too. */
export function overlap(one: string, other: string): boolean {
    const everywhere = ["0.0.0.0", "::"];
    if (one.includes(":") !== other.includes(":")) return false;
    return one === other || everywhere.includes(one) || everywhere.includes(other);
}
