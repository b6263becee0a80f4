/** Types of resources by the words that people have for them, and what is lost with each. */
import type { Properties } from "./values.ts";

interface Kind {
    word: string;
    /** How names of this kind begin in the program, left out for people. */
    prefix?: RegExp;
    /** What is lost when it is deleted, or undefined where nothing is. */
    loss?(name: string, properties: Properties): string | undefined;
    /** What happens on the server when it is deleted and nothing is lost. */
    left?(properties: Properties): string;
    /** What it interrupts to replace it, and for whom. */
    interrupts?(name: string): string | undefined;
    /** What is worth showing of a new one. */
    shown?: string[];
}

/** By container. The gateway keeps a request for the homeserver waiting (components/gateway/holding.ts), and nothing keeps one for the gateway. */
const restarts: Record<string, string> = {
    homeserver: "the homeserver restarts within seconds; requests wait for it at the gateway",
    gateway: "the gateway restarts within seconds; requests are refused meanwhile",
    database: "the database restarts within seconds; requests fail meanwhile",
};

const kinds: Record<string, Kind> = {
    "docker:index/container:Container": { word: "container", interrupts: (name) => restarts[name] },
    "docker:index/volume:Volume": {
        word: "volume",
        // What is lost of certificates is installed or issued again.
        loss: (name) => (/^certificate(s|-shared|-storage)$/.test(name) ? undefined : "everything in it"),
    },
    "docker:index/network:Network": { word: "network" },
    "docker:index/remoteImage:RemoteImage": { word: "image" },
    "postgresql:index/database:Database": { word: "database", loss: () => "everything in it" },
    "postgresql:index/role:Role": { word: "database role", loss: () => "what it owns in the database" },
    "postgresql:index/grant:Grant": { word: "database access" },
    "random:index/randomPassword:RandomPassword": {
        word: "secret",
        loss: (name) => (/^signing-key-seed(-\d+)?$/.test(name) ? "the server's identity: other servers know it by this key" : undefined),
    },
    "tls:index/privateKey:PrivateKey": { word: "private key" },
    "tls:index/selfSignedCert:SelfSignedCert": { word: "certificate" },
    "tls:index/locallySignedCert:LocallySignedCert": { word: "certificate" },
    "tls:index/certRequest:CertRequest": { word: "certificate request" },
    "command:local:Command": { word: "command" },
    "matrix:index:Administrator": { word: "administrator" },
    "matrix:index:User": account("user"),
    "matrix:index:Bot": account("bot"),
    // Of a stack from before certificates were installed by a command.
    "matrix:index:InstalledCertificate": { word: "certificate", shown: ["names", "issuer", "expires"] },
    "matrix:index:Room": {
        word: "room",
        prefix: /^(room|space)-/,
        loss: (_, { onDelete }) => (onDelete === "purge" ? "all its messages, for everybody" : undefined),
        left: () => "it stays on the server; the administrator leaves it",
        shown: ["name", "topic", "visibility", "encrypted"],
    },
};

function account(word: string): Kind {
    return {
        word,
        prefix: new RegExp(`^${word}-`),
        loss: (_, { onDelete }) => (onDelete === "erase" ? "the account; what it wrote is hidden from who joins later" : undefined),
        left: () => "the account is deactivated; what it wrote stays",
        shown: ["displayName", "admin"],
    };
}

export function kindOf(type: string, properties: Properties): string {
    const word = kinds[type]?.word ?? words(type.split(":").at(-1) ?? type);
    return word === "room" && (properties.space === true || properties.type === "m.space") ? "space" : word;
}

export function nameOf(type: string, urn: string): string {
    const name = urn.split("::").at(-1) ?? urn;
    return name.replace(kinds[type]?.prefix ?? /^$/, "");
}

export function lossOf(type: string, name: string, properties: Properties): string | undefined {
    return kinds[type]?.loss?.(name, properties);
}

export function interruptedBy(type: string, name: string): string | undefined {
    return kinds[type]?.interrupts?.(name);
}

export function leftBy(type: string, properties: Properties): string | undefined {
    return kinds[type]?.left?.(properties);
}

export function shownOf(type: string): string[] {
    return kinds[type]?.shown ?? [];
}

/** LocallySignedCert → locally signed cert */
function words(name: string): string {
    return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, " ").toLowerCase();
}
