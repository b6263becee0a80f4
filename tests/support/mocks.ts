/** Pulumi without an engine: what a component declares, as it declares it. */
import * as pulumi from "@pulumi/pulumi";

export interface Registration {
    type: string;
    name: string;
    /** Secrets opened. */
    inputs: Record<string, unknown>;
    /** As sent, secrets marked. */
    raw: Record<string, unknown>;
    /** Reference of the provider that makes it; absent for the standard one. */
    provider?: string;
}

/** Everything registered since {@link startMocks}. */
export const registrations: Registration[] = [];

/** Call before anything of Pulumi is created. Outputs that a real provider would compute get telling values. */
export async function startMocks(): Promise<void> {
    registrations.length = 0;
    await pulumi.runtime.setMocks(
        {
            newResource({ type, name, inputs, id, provider }) {
                registrations.push({
                    type,
                    name,
                    raw: inputs,
                    provider,
                    inputs: Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, unwrapped(value)])),
                });
                return { id: id || `${name}-id`, state: { ...inputs, ...computed(type, name) } };
            },
            call: ({ inputs }) => inputs,
        },
        "matrix-synapse",
        "test",
        false,
    );
}

function computed(type: string, name: string): Record<string, unknown> {
    switch (type) {
        case "random:index/randomPassword:RandomPassword":
            return { result: secretly(`password of ${name}`) };
        case "docker:index/network:Network":
            return { ipamConfigs: [{ subnet: "172.30.0.0/16", gateway: "172.30.0.1" }] };
        case "docker:index/remoteImage:RemoteImage":
            return { imageId: `sha256:${name}` };
        case "tls:index/privateKey:PrivateKey":
            return { privateKeyPem: secretly(`key of ${name}`) };
        case "tls:index/selfSignedCert:SelfSignedCert":
        case "tls:index/locallySignedCert:LocallySignedCert":
            return { certPem: `certificate of ${name}` };
        case "tls:index/certRequest:CertRequest":
            return { certRequestPem: `request of ${name}` };
        case "matrix:index:Room":
            return { roomId: `!${name}` };
        case "matrix:index:Administrator":
        case "matrix:index:Bot":
            return { accessToken: secretly(`token of ${name}`), deviceId: "DEVICE" };
        default:
            return {};
    }
}

function secretly(value: string): object {
    return { [secretSignature]: "1b47061264138c4ac30d75fd1eb44270", value };
}

/** Mocks see an input with a secret anywhere in it as a secret whole. */
function unwrapped(value: unknown): unknown {
    return typeof value === "object" && value !== null && secretSignature in value && "value" in value ? value.value : value;
}

/** Marks a value as secret on the wire. Source: pulumi/sdk/go/common/resource/sig */
export const secretSignature = "4dabf18193072939515e22adb298388d";

/** @returns the one registration of that name and type, its inputs resolved */
export function declared(type: string, name: string): Registration {
    const found = registrations.filter((registration) => registration.type === type && registration.name === name);
    if (found.length !== 1)
        throw new Error(
            `${found.length} registrations of ${type} ${name}; there are ${registrations.map((it) => `${it.type} ${it.name}`).join(", ")}`,
        );
    return found[0] as Registration;
}

/** Resolves an output. */
export function resolved<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((resolve) => output.apply(resolve));
}

/** Waits until everything that was declared is registered. */
export async function settled(): Promise<void> {
    await pulumi.runtime.disconnect();
}
