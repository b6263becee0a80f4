/** Server names, right and wrong: the one table that the tests of the parser, the settings and the federation check read. */

export interface Accepted {
    host: string;
    port?: number;
    isAddress?: true;
}

/** A host name of so many characters, in labels of at most 63. */
function hostOf(length: number): string {
    const labels = Array.from({ length: Math.ceil(length / 64) }, () => "a".repeat(63)).join(".");
    return labels.slice(0, length).replace(/\.$/, "a");
}

export const accepted: Record<string, Accepted> = {
    "example.org": { host: "example.org" },
    "1.example.org": { host: "1.example.org" },
    "999.1.1.1.example.org": { host: "999.1.1.1.example.org" },
    localhost: { host: "localhost" },
    "a-b.example.org": { host: "a-b.example.org" },
    "xn--bcher-kva.example": { host: "xn--bcher-kva.example" },
    "example.org:443": { host: "example.org", port: 443 },
    "example.org:1": { host: "example.org", port: 1 },
    "example.org:65535": { host: "example.org", port: 65535 },
    "example.org:08448": { host: "example.org", port: 8448 },
    "1.2.3.4": { host: "1.2.3.4", isAddress: true },
    "1.2.3.4:8448": { host: "1.2.3.4", port: 8448, isAddress: true },
    "[2606:4700::1111]": { host: "2606:4700::1111", isAddress: true },
    "[2606:4700::1111]:8448": { host: "2606:4700::1111", port: 8448, isAddress: true },
    "[::1]": { host: "::1", isAddress: true },
    "[::ffff:1.2.3.4]": { host: "::ffff:1.2.3.4", isAddress: true },
    [hostOf(230)]: { host: hostOf(230) },
    [`${hostOf(230)}:8448`]: { host: hostOf(230), port: 8448 },
};

const notAHost = "is not a host name; use letters, digits, hyphens and dots, such as example.org";
const notIpv4 = "is neither an IPv4 address nor a host name; four numbers from 0 to 255 make an address, such as 203.0.113.7";
const notIpv6 = "is not an IPv6 address in brackets, such as [2001:db8::1]";
const notToBrowsers =
    "is not a host name to browsers, which take a number at its end for an address, and xn-- for encoded letters; choose another one";
const reachesNobody = "is an address that nobody can connect to";
const wrongPort = "has a port that is not between 1 and 65535";

/** With what follows the name in a message. */
export const refused: Record<string, string> = {
    "": notAHost,
    ":8448": notAHost,
    "https://example.org": "has a scheme; give the bare name, such as example.org",
    "a b": "has a space in it; give the bare name, such as example.org",
    "example.org/": "has a path; give the bare name, such as example.org",
    "@alice:example.org": "has an @ in it; give the part of the user IDs after the colon, such as example.org",
    "Example.org": "has upper-case letters; write example.org",
    "[2001:DB8::1]": "has upper-case letters; write [2001:db8::1]",
    "under_score.example.org": notAHost,
    "example.org.": "ends with a dot; write example.org",
    // A browser takes these for IPv4 addresses, or for encoded letters.
    "example.123": notToBrowsers,
    "0x7f.1": notToBrowsers,
    "a.0x1": notToBrowsers,
    "xn--a.example.org": notToBrowsers,
    [`${"a".repeat(64)}.org`]: "has 64 characters between two dots; the DNS allows 63",
    "0.0.0.0": `${reachesNobody} (this network); give the one that leads to the server`,
    "[::]": `${reachesNobody} (unspecified); give the one that leads to the server`,
    "255.255.255.255": `${reachesNobody} (reserved); give the one that leads to the server`,
    "alice@example.org": "has a user name in it; give the bare name, such as example.org",
    "example..org": notAHost,
    ".example.org": notAHost,
    "-a.example.org": notAHost,
    "a-.example.org": notAHost,
    "*.example.org": "has a * in it, which stands for nothing here; give each name in full, such as example.org",
    "bücher.example": "has letters outside ASCII; write xn--bcher-kva.example",
    "exa\u200bmple.org": "has letters outside ASCII; write example.org",
    "example.org:": wrongPort,
    "example.org:0": wrongPort,
    "example.org:65536": wrongPort,
    "example.org:008448": wrongPort,
    "example.org:-1": notAHost,
    "example.org:http": notAHost,
    "example.org:1:2": notAHost,
    "999.1.1.1": notIpv4,
    "1.2.3.999": notIpv4,
    "1.2.3": notIpv4,
    "1.2.3.4.5": notIpv4,
    "1.2.3.04": notIpv4,
    "1.2.3.4.": notIpv4,
    "999.1.1.1:8448": notIpv4,
    "12345": notIpv4,
    "[1.2.3.4]": notIpv6,
    "[::g]": notIpv6,
    "[]": notIpv6,
    "[1::2::3]": notIpv6,
    "[fe80::1%eth0]": notIpv6,
    "[example.org]:8448": notIpv6,
    "[::1": notAHost,
    "[::1]8448": notAHost,
    "2606::1": "is an IPv6 address without its brackets; write [2606::1]",
    "fe80::1%eth0": "has a zone (%), which means something on one machine only; give a global address in brackets, such as [2001:db8::1]",
    [hostOf(231)]: "has a host name of 231 characters; Matrix recommends at most 230",
    [hostOf(255)]: "has a host name of 255 characters; Matrix recommends at most 230",
};
