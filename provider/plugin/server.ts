/**
 * The plugin's side of Pulumi's provider protocol. Source: pulumi/proto/pulumi/provider.proto
 *
 * It is not built on `@pulumi/pulumi/provider`, whose server (3.270) drops what this provider needs: `configure` ignores the
 * provider's configuration, and checkConfig and diffConfig are not implemented; `create` and `update` do not learn that they
 * are in a preview; `diff` gets the old outputs but not the old inputs, and no answer can ask for a refresh before the next update.
 */
import * as grpc from "@grpc/grpc-js";
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineMessages from "@pulumi/pulumi/proto/engine_pb.js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import { Session } from "../../scripts/content/session.ts";
import type { ProviderConfig } from "../resources/provider.ts";
import { faultsInConfig } from "./config.ts";
import { failureText } from "./failure.ts";
import type { KindFault } from "./kind.ts";
import { isRetired, kindOf, nameOf, schema } from "./kinds.ts";
import { fromWire, type Properties, pick, secretsIn, toWire, unknown } from "./wire.ts";

const configSecrets = Object.entries(schema.provider.inputProperties).flatMap(([name, { secret }]) => (secret ? [name] : []));

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

function currentSession(): Session {
    if (!session) throw new Error("the homeserver's URL is not known yet");
    return session;
}

/** Pulumi shows the message of an error after the resource's name. */
function unary(act: (request: Message) => Promise<Message> | Message) {
    return (call: { request: Message }, callback: (error: object | null, answer?: Message) => void) => {
        Promise.resolve()
            .then(() => act(call.request))
            .then(
                (answer) => callback(null, answer),
                (error) => callback({ code: grpc.status.UNKNOWN, details: failureText(call.request.getUrn?.(), error) }),
            );
    };
}

function configure(request: Message): Message {
    const config = fromWire(request.getArgs()) as unknown as ProviderConfig;
    // In a preview, the outputs of a resource that will be created are not known yet.
    const known = config.homeserverUrl && !Object.values(config).includes(unknown);
    session = known ? new Session(config, warn) : undefined;
    const answer = new messages.ConfigureResponse();
    answer.setAcceptsecrets(true);
    answer.setSupportspreview(true);
    return answer;
}

async function check(request: Message): Promise<Message> {
    const kind = kindOf(request.getUrn());
    const olds = request.getOlds() ? fromWire(request.getOlds()) : {};
    const before = Object.keys(olds).length > 0 ? olds : undefined;
    const inputs = { ...fromWire(request.getNews()), ...kind.fixed };
    const faults = kind.faults?.(inputs, before) ?? [];
    const current = session;
    if (faults.length === 0 && kind.refusals && current && (await current.canLook()))
        faults.push(
            ...(await kind.refusals(current, inputs, before).catch((error) => {
                current.lookedInVain(error);
                return [];
            })),
        );
    return checked(toWire(inputs, [...kind.secret, ...secretsIn(request.getNews())]), faults);
}

function checked(inputs: Message, faults: KindFault[]): Message {
    const answer = new messages.CheckResponse();
    answer.setInputs(inputs);
    answer.setFailuresList(
        faults.map(({ property, reason: why }) => {
            const failure = new messages.CheckFailure();
            failure.setProperty(property);
            failure.setReason(why);
            return failure;
        }),
    );
    return answer;
}

/** Says only what replaces: for an answer without changes, Pulumi compares the inputs itself, down to the single value. */
function diff(request: Message): Message {
    const answer = new messages.DiffResponse();
    if (isRetired(request.getUrn())) {
        answer.setChanges(messages.DiffResponse.DiffChanges.DIFF_NONE);
        return answer;
    }
    const [before, after] = [fromWire(request.getOldInputs()), fromWire(request.getNews())];
    answer.setReplacesList(kindOf(request.getUrn()).identity.filter((name) => before[name] !== after[name]));
    return answer;
}

async function create(request: Message): Promise<Message> {
    const kind = kindOf(request.getUrn());
    const inputs = fromWire(request.getProperties());
    const secrets = [...kind.secret, ...secretsIn(request.getProperties())];
    const answer = new messages.CreateResponse();
    if (request.getPreview()) {
        await foresee(kind, inputs, undefined);
        answer.setProperties(toWire({ ...pick(inputs, kind.echoed), ...asUnknown(kind.computed) }, secrets));
        return answer;
    }
    const { id, outputs } = await kind.create(currentSession(), inputs);
    answer.setId(id);
    answer.setProperties(toWire({ ...pick(inputs, kind.echoed), ...outputs }, secrets));
    answer.setRefreshBeforeUpdate(true);
    return answer;
}

/** Runs before every preview and update, because the other answers ask for it: changes made by hand show there. */
async function read(request: Message): Promise<Message> {
    if (isRetired(request.getUrn())) return unchanged(request);
    const kind = kindOf(request.getUrn());
    const id: string = request.getId();
    const state = fromWire(request.getProperties());
    const inputs = fromWire(request.getInputs());
    const unread = { inputs, outputs: state };
    const current = session;
    const found =
        current && (await current.canLook())
            ? await kind.read(current, id, inputs, state).catch((error) => {
                  current.lookedInVain(error);
                  return unread;
              })
            : unread;
    const answer = new messages.ReadResponse();
    answer.setRefreshBeforeUpdate(true);
    if (!found) return answer;
    const foundId = ("id" in found ? found.id : undefined) ?? id;
    if (!kind.stays) current?.held.set(foundId, nameOf(request.getUrn()));
    answer.setId(foundId);
    // A value that was declared as a secret stays one, also where somebody else set it.
    const secrets = [...kind.secret, ...secretsIn(request.getInputs())];
    answer.setInputs(toWire(found.inputs, secrets));
    answer.setProperties(toWire({ ...pick(found.inputs, kind.echoed), ...pick(found.outputs, kind.computed) }, secrets));
    return answer;
}

/** A refusal shows in the preview, where the server can be asked. */
async function foresee(kind: ReturnType<typeof kindOf>, inputs: Properties, before: Properties | undefined): Promise<void> {
    const current = session;
    if (!kind.foresee || !current || Object.values(inputs).includes(unknown) || !(await current.canLook())) return;
    await kind.foresee(current, inputs, before).catch((error) => current.lookedInVain(error));
}

function unchanged(request: Message): Message {
    const answer = new messages.ReadResponse();
    answer.setId(request.getId());
    answer.setInputs(request.getInputs());
    answer.setProperties(request.getProperties());
    return answer;
}

async function update(request: Message): Promise<Message> {
    const kind = kindOf(request.getUrn());
    const inputs = fromWire(request.getNews());
    const before = fromWire(request.getOldInputs());
    const computed = pick(fromWire(request.getOlds()), kind.computed);
    if (request.getPreview()) await foresee(kind, inputs, before);
    const outputs = request.getPreview()
        ? { ...computed, ...asUnknown(kind.renewed?.(before, inputs) ?? []) }
        : await kind.update(currentSession(), request.getId(), inputs, before, computed);
    const answer = new messages.UpdateResponse();
    answer.setProperties(toWire({ ...pick(inputs, kind.echoed), ...outputs }, [...kind.secret, ...secretsIn(request.getNews())]));
    answer.setRefreshBeforeUpdate(true);
    return answer;
}

async function remove(request: Message): Promise<Message> {
    if (isRetired(request.getUrn())) return new emptyMessages.Empty();
    const kind = kindOf(request.getUrn());
    await kind.delete(currentSession(), request.getId(), fromWire(request.getOldInputs()), fromWire(request.getProperties()));
    return new emptyMessages.Empty();
}

function asUnknown(names: readonly string[]): Properties {
    return Object.fromEntries(names.map((name) => [name, unknown]));
}

function checkConfig(request: Message): Message {
    const config = fromWire(request.getNews());
    return checked(toWire(config, configSecrets), faultsInConfig(config));
}

/** Another URL or token is the same server, or the operator's own wish: nothing is replaced for it. Pulumi compares the values. */
function diffConfig(): Message {
    return new messages.DiffResponse();
}

const service = {
    getPluginInfo: unary(() => {
        const answer = new pluginMessages.PluginInfo();
        answer.setVersion(schema.version);
        return answer;
    }),
    getSchema: unary(() => {
        const answer = new messages.GetSchemaResponse();
        answer.setSchema(JSON.stringify(schema));
        return answer;
    }),
    attach: unary((request) => {
        attach(request.getAddress());
        return new emptyMessages.Empty();
    }),
    cancel: unary(() => new emptyMessages.Empty()),
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
    if (address) engine = new engineService.EngineClient(address, grpc.credentials.createInsecure());
}

/** Serves until Pulumi ends it. Prints the port, as Pulumi expects. */
export async function serve(args: string[]): Promise<void> {
    attach(args.find((arg) => !arg.startsWith("-")));
    const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
    const server = new grpc.Server(unlimited);
    server.addService(providerService.ResourceProviderService, service);
    const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
            error ? reject(error) : resolve(bound),
        );
    });
    console.log(`${port}`);
}
