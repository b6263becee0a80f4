/** The plugin's side of Pulumi's provider protocol. Source: pulumi/proto/pulumi/provider.proto */
import { createRequire } from "node:module";
import * as grpc from "@grpc/grpc-js";
import { type AnyKind, kindOf } from "./kinds.ts";
import type { ProviderConfig, Session } from "./session.ts";
import { differences, fromWire, type Properties, toWire, unknown } from "./wire.ts";

// Generated CommonJS, which Node cannot import by name.
const require = createRequire(import.meta.url);
const messages = require("@pulumi/pulumi/proto/provider_pb.js");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb.js");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js");
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb.js");
const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb.js");
const engineMessages = require("@pulumi/pulumi/proto/engine_pb.js");
const { version } = require("../../package.json") as { version: string };

const configSecrets = ["accessToken", "registrationSharedSecret", "passwordSeed"];

// biome-ignore lint/suspicious/noExplicitAny: generated messages, whose getters the protocol names
type Message = any;

let engine: Message;
let session: Session | undefined;

function warn(message: string): void {
    const request = new engineMessages.LogRequest();
    request.setSeverity(engineMessages.LogSeverity.WARNING);
    request.setMessage(message);
    engine?.log(request, () => {});
}

function sessionFor({ apart }: AnyKind): Session {
    if (!session && !apart) throw new Error("the homeserver's URL is not known yet");
    return session as Session;
}

/** Pulumi shows what is thrown; the resource's name stands before it. */
function unary(act: (request: Message) => Promise<Message> | Message) {
    return (call: { request: Message }, callback: (error: object | null, answer?: Message) => void) => {
        Promise.resolve()
            .then(() => act(call.request))
            .then(
                (answer) => callback(null, answer),
                async (error) => {
                    const { reason } = await import("../../scripts/content/client.ts");
                    callback({ code: grpc.status.UNKNOWN, details: reason(error) });
                },
            );
    };
}

async function configure(request: Message): Promise<Message> {
    const config = fromWire(request.getArgs()) as unknown as ProviderConfig;
    // In a preview, what another resource will tell is not known yet.
    const known = config.homeserverUrl && !Object.values(config).includes(unknown);
    session = known ? new (await import("./session.ts")).Session(config, warn) : undefined;
    const answer = new messages.ConfigureResponse();
    answer.setAcceptsecrets(true);
    answer.setSupportspreview(true);
    return answer;
}

async function check(request: Message): Promise<Message> {
    const kind = await kindOf(request.getUrn());
    const before = request.getOlds() ? fromWire(request.getOlds()) : undefined;
    const inputs = { ...fromWire(request.getNews()), ...kind.fixed };
    const answer = new messages.CheckResponse();
    answer.setInputs(toWire(inputs, kind.secret));
    answer.setFailuresList(
        (kind.faults?.(inputs, before && Object.keys(before).length > 0 ? before : undefined) ?? []).map(({ property, reason: why }) => {
            const failure = new messages.CheckFailure();
            failure.setProperty(property);
            failure.setReason(why);
            return failure;
        }),
    );
    return answer;
}

async function diff(request: Message): Promise<Message> {
    const kind = await kindOf(request.getUrn());
    const before = fromWire(request.getOldInputs());
    const found = differences(before, fromWire(request.getNews()));
    const replaces = found.filter(({ path }) => kind.identity.includes(path));
    const answer = new messages.DiffResponse();
    const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
    answer.setChanges(found.length > 0 ? DIFF_SOME : DIFF_NONE);
    answer.setDiffsList([...new Set(found.map(({ path }) => path.replace(/[.[].*$/, "")))]);
    answer.setReplacesList(replaces.map(({ path }) => path));
    answer.setHasdetaileddiff(true);
    const { Kind: DiffKind } = messages.PropertyDiff;
    for (const difference of found) {
        const detail = new messages.PropertyDiff();
        const plain = { add: DiffKind.ADD, delete: DiffKind.DELETE, update: DiffKind.UPDATE }[difference.kind];
        const replacing = { add: DiffKind.ADD_REPLACE, delete: DiffKind.DELETE_REPLACE, update: DiffKind.UPDATE_REPLACE }[difference.kind];
        detail.setKind(replaces.includes(difference) ? replacing : plain);
        detail.setInputdiff(true);
        answer.getDetaileddiffMap().set(difference.path, detail);
    }
    return answer;
}

async function create(request: Message): Promise<Message> {
    const kind = await kindOf(request.getUrn());
    const inputs = fromWire(request.getProperties());
    const answer = new messages.CreateResponse();
    if (request.getPreview()) {
        answer.setProperties(toWire({ ...pick(inputs, kind.echoed), ...asUnknown(kind.computed) }, kind.secret));
        return answer;
    }
    const { id, outputs } = await kind.create(sessionFor(kind), inputs);
    answer.setId(id);
    answer.setProperties(toWire({ ...pick(inputs, kind.echoed), ...outputs }, kind.secret));
    answer.setRefreshBeforeUpdate(true);
    return answer;
}

/** Runs before every preview and update, as the other answers ask for: what was changed by hand shows there. */
async function read(request: Message): Promise<Message> {
    const kind = await kindOf(request.getUrn());
    const id: string = request.getId();
    const state = fromWire(request.getProperties());
    const inputs = fromWire(request.getInputs());
    const unread = { inputs, outputs: state };
    const canLook = kind.apart || (await session?.canLook());
    const found = canLook
        ? await kind.read(sessionFor(kind), id, inputs, state).catch((error) => {
              if (kind.apart) throw error;
              sessionFor(kind).lookedInVain(error);
              return unread;
          })
        : unread;
    const answer = new messages.ReadResponse();
    answer.setRefreshBeforeUpdate(true);
    if (!found) return answer;
    answer.setId(id);
    answer.setInputs(toWire(found.inputs, kind.secret));
    answer.setProperties(toWire({ ...pick(found.inputs, kind.echoed), ...pick(found.outputs, kind.computed) }, kind.secret));
    return answer;
}

async function update(request: Message): Promise<Message> {
    const kind = await kindOf(request.getUrn());
    const inputs = fromWire(request.getNews());
    const before = fromWire(request.getOldInputs());
    const computed = pick(fromWire(request.getOlds()), kind.computed);
    const outputs = request.getPreview()
        ? { ...computed, ...asUnknown(kind.renewed?.(before, inputs) ?? []) }
        : await kind.update(sessionFor(kind), request.getId(), inputs, before, computed);
    const answer = new messages.UpdateResponse();
    answer.setProperties(toWire({ ...pick(inputs, kind.echoed), ...outputs }, kind.secret));
    answer.setRefreshBeforeUpdate(true);
    return answer;
}

async function remove(request: Message): Promise<Message> {
    const kind = await kindOf(request.getUrn());
    await kind.delete(sessionFor(kind), request.getId(), fromWire(request.getOldInputs()), fromWire(request.getProperties()));
    return new Empty();
}

function pick(properties: Properties, names: readonly string[]): Properties {
    return Object.fromEntries(names.filter((name) => properties[name] !== undefined).map((name) => [name, properties[name]]));
}

function asUnknown(names: readonly string[]): Properties {
    return Object.fromEntries(names.map((name) => [name, unknown]));
}

function checkConfig(request: Message): Message {
    const answer = new messages.CheckResponse();
    answer.setInputs(toWire(fromWire(request.getNews()), configSecrets));
    return answer;
}

/** Another URL or token is the same server, or the operator's own wish: nothing is replaced for it. */
function diffConfig(request: Message): Message {
    const found = differences(fromWire(request.getOldInputs()), fromWire(request.getNews()));
    const answer = new messages.DiffResponse();
    answer.setChanges(found.length > 0 ? messages.DiffResponse.DiffChanges.DIFF_SOME : messages.DiffResponse.DiffChanges.DIFF_NONE);
    return answer;
}

const service = {
    getPluginInfo: unary(() => {
        const answer = new PluginInfo();
        answer.setVersion(version);
        return answer;
    }),
    getSchema: unary(() => {
        const answer = new messages.GetSchemaResponse();
        answer.setSchema(JSON.stringify({ name: "matrix", version }));
        return answer;
    }),
    attach: unary((request) => {
        attach(request.getAddress());
        return new Empty();
    }),
    cancel: unary(() => new Empty()),
    checkConfig: unary(checkConfig),
    diffConfig: unary(diffConfig),
    configure: unary(configure),
    check: unary(check),
    diff: unary(diff),
    create: unary(create),
    read: unary(read),
    update: unary(update),
    delete: unary(remove),
};

function attach(address: string | undefined): void {
    if (address) engine = new EngineClient(address, grpc.credentials.createInsecure());
}

/** Serves until Pulumi ends it. Prints the port, as Pulumi expects. */
export async function serve(args: string[]): Promise<void> {
    attach(args.find((arg) => !arg.startsWith("-")));
    const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
    const server = new grpc.Server(unlimited);
    server.addService(ResourceProviderService, service);
    const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
            error ? reject(error) : resolve(bound),
        );
    });
    console.log(`${port}`);
}
