/**
 * The grammar of Matrix names, as far as a person types them into the settings.
 * Each function returns what is wrong and what would be right, or undefined.
 * Source: https://spec.matrix.org/v1.16/appendices/#identifier-grammar
 */
import { isIP } from "node:net";
import { z } from "zod";

type Fault = string | undefined;

/** A text that one of the functions below finds nothing wrong with. */
export const named = (fault: (value: string) => Fault) =>
    z.string().superRefine((value, context) => {
        const message = fault(value);
        if (message) context.addIssue({ code: "custom", message });
    });

const hostname = /^(?=.{1,230}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const ipv6 = /^\[[0-9a-f:.]{2,45}\]$/;

/** A server name: a host, an IPv4 address or a bracketed IPv6 address, with a port or without. */
export function faultInServerName(name: string): string | undefined {
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(name)) return "has a scheme; give the bare name, such as example.org";
    if (/\s/.test(name)) return "has a space in it; give the bare name, such as example.org";
    if (/[/?#]/.test(name)) return "has a path; give the bare name, such as example.org";
    if (name.includes("@")) return "has an @ in it; give the part of the user IDs after the colon, such as example.org";
    if (/[A-Z]/.test(name)) return `has upper-case letters; write ${name.toLowerCase()}`;
    const [, host = "", port] = /^(.*?)(?::(\d*))?$/.exec(name) ?? [];
    if (port !== undefined && !(Number(port) >= 1 && Number(port) <= 65535)) return "has a port that is not between 1 and 65535";
    if (!hostname.test(host) && !ipv6.test(host))
        return "is not a host name; letters, digits, hyphens and dots make one, such as example.org";
    return undefined;
}

/**
 * A server to federate with. Synapse compares whole server names, so a port that is not part of the name blocks the server;
 * the ports that people add from habit are refused.
 */
export function faultInFederationPeer(name: string): string | undefined {
    const port = /:(443|8448)$/.exec(name)?.[1];
    if (port && !name.includes("://"))
        return `has a port; give the server name, as it stands in user IDs: ${name.slice(0, -port.length - 1)}`;
    return faultInServerName(name);
}

/** Server names in a room's access list: compared without their ports. Source: https://spec.matrix.org/v1.16/client-server-api/#mroomserver_acl */
export function faultInServerGlob(glob: string): string | undefined {
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(glob)) return "has a scheme; give the bare name, such as example.org or *.example.org";
    const port = /:\d*$/.exec(glob)?.[0];
    if (port !== undefined) return `has a port, which is not looked at here; write ${glob.slice(0, -port.length)}`;
    if (/[A-Z]/.test(glob)) return `has upper-case letters; write ${glob.toLowerCase()}`;
    return /^[a-z0-9.*?-]+$/.test(glob) ? undefined : "is not a server name, such as example.org or *.example.org";
}

/** Whether a server of that name, without a port, is meant. */
export function matchesServerGlob(glob: string, host: string): boolean {
    const pattern = glob.replace(/[.-]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
    return new RegExp(`^${pattern}$`).test(host);
}

/** A range of addresses in CIDR notation. */
export function faultInRange(range: string): string | undefined {
    const [address = "", length, ...rest] = range.split("/");
    const family = isIP(address);
    if (!family || rest.length > 0) return "is not a range of addresses, such as 10.94.0.0/24";
    const bits = family === 4 ? 32 : 128;
    if (length === undefined) return `has no length; for one address write ${address}/${bits}`;
    return /^\d{1,3}$/.test(length) && Number(length) <= bits ? undefined : `has a length that is not between 0 and ${bits}`;
}

/** The part of a user ID between @ and the colon, as Synapse accepts it for a new account. */
export function faultInLocalpart(name: string): string | undefined {
    if (name === "") return "is empty";
    if (/[A-Z]/.test(name)) return `has upper-case letters, which Matrix does not allow in user names; write ${name.toLowerCase()}`;
    const foreign = /[^a-z0-9._=\-/+]/.exec(name);
    if (foreign) return `has ${JSON.stringify(foreign[0])} in it; Matrix allows a-z, 0-9 and . _ = - / + in user names`;
    if (name.startsWith("_")) return "begins with _, which Synapse keeps for application services";
    if (/^\d+$/.test(name)) return "is a number only, which Synapse keeps for guests";
    return undefined;
}

/** The part of a room alias between # and the colon. */
export function faultInAliasLocalpart(alias: string): string | undefined {
    if (alias === "") return "is empty";
    const foreign = /[\s:\0#]/.exec(alias);
    if (foreign) return `has ${JSON.stringify(foreign[0])} in it; give the part of the alias between # and the colon, such as lobby`;
    return undefined;
}

/** User IDs and aliases end at 255 bytes, the server name included. */
export function faultInLength(kind: "user ID" | "room alias", localpart: string, serverName: string): string | undefined {
    const bytes = Buffer.byteLength(`@${localpart}:${serverName}`);
    return bytes > 255 ? `makes a ${kind} of ${bytes} bytes; Matrix allows 255` : undefined;
}

/** A picture: a path inside the project, or media that is on a server already. */
export function faultInAvatar(avatar: string): string | undefined {
    if (/^mxc:\/\/[^/\s]+\/[A-Za-z0-9_-]+$/.test(avatar)) return undefined;
    if (avatar.includes("://")) return "is neither a path in this project, such as avatars/alice.png, nor an mxc:// URI";
    if (avatar.startsWith("/") || avatar.split("/").includes(".."))
        return "leads out of this project; give a path inside it, such as avatars/alice.png";
    return /\.(png|jpe?g|gif|webp)$/i.test(avatar) ? undefined : "is not a picture; png, jpg, gif and webp are";
}

/** A user ID of any server. */
export function isUserId(text: string): boolean {
    return /^@[^:\s]+:\S+$/.test(text);
}
