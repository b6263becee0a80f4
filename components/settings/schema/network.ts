/** The section `network`: the stack's own Docker network. Pure. */
import { isIP } from "node:net";
import { containsCidr, normalizeCidr } from "cidr-tools";
import { z } from "zod";
import { faultInRange } from "../../../matrix/addressRanges.ts";
import { named } from "./valueTypes.ts";

const families = {
    IPv4: { example: "10.77.0.0/24", ranges: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"], longest: 28 },
    // Docker's address management takes no more of a range than a /64.
    IPv6: { example: "fd12:3456:789a::/64", ranges: ["fc00::/7"], longest: 112 },
};

/** @returns what is wrong with it and what would be right, or undefined */
export function faultInSubnet(range: string, family: keyof typeof families): string | undefined {
    const { example, ranges, longest } = families[family];
    if (isIP(range)) return `has no prefix length, such as that of ${example}`;
    const fault = faultInRange(range);
    if (fault) return fault;
    if (range.includes(":") !== (family === "IPv6")) return `is not an ${family} range, such as ${example}`;
    const [network = "", length] = normalizeCidr(range).split("/");
    const bits = Number(length ?? (family === "IPv4" ? 32 : 128));
    if (bits > longest) return `has too few addresses; give a range of at least /${longest}, such as ${example}`;
    if (family === "IPv6" && bits < 64) return `is larger than a /64, and Docker uses no more of it; write ${network}/64`;
    if (!ranges.some((wide) => containsCidr(wide, range)))
        return `is not private, and blocked addresses protect the database; choose one in ${ranges.join(", ")}, such as ${example}`;
    if (range.toLowerCase() !== `${network}/${bits}`) return `is not how the range is written: write ${network}/${bits}`;
    return undefined;
}

export const network = z.strictObject({
    subnet: named((range) => faultInSubnet(range, "IPv4"))
        .optional()
        .describe(
            "IPv4 range of the stack's own Docker network, such as 10.77.0.0/24, where Docker's choice collides with a VPN. Default: Docker's choice. A change replaces the network and all containers.",
        ),
    ipv6: named((range) => faultInSubnet(range, "IPv6"))
        .optional()
        .describe(
            "IPv6 range of the stack's own Docker network, such as fd12:3456:789a::/64; it needs subnet as well. Default: the network has IPv4 alone. A change replaces the network and all containers.",
        ),
    mtu: z
        .int()
        .min(576)
        .max(65_535)
        .optional()
        .describe(
            "Largest packet in the stack's own Docker network, in bytes, where the way out is a tunnel (Docker: com.docker.network.driver.mtu). Default: Docker's, 1500. A change replaces the network and all containers.",
        ),
});
