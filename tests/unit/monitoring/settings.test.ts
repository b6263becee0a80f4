import assert from "node:assert/strict";
import { parseSettings } from "../../../components/settings/parse.ts";
import type { SettingsInput } from "../../../components/settings/schema/index.ts";

type Monitoring = NonNullable<SettingsInput["monitoring"]>;

const bots = { notifier: {}, asleep: { deactivated: true } };
const rooms = {
    alarms: { encrypted: false, members: { notifier: 0 } },
    open: { visibility: "public" as const, members: { notifier: 0 } },
    secret: { members: { notifier: 0 } },
    announcements: { encrypted: false, members: { notifier: 0 }, powerLevels: { eventsDefault: 50 } },
    elsewhere: { encrypted: false },
};

function faults(monitoring: Monitoring, rest: Partial<SettingsInput> = {}): string[] {
    const given = { serverName: "example.org", bots, rooms, monitoring: { enabled: true, ...monitoring }, ...rest };
    return parseSettings(given).faults.map(({ path, message }) => `${path}: ${message}`);
}

const mail = { smarthost: "smtp.example.org:587", from: "matrix@example.org", to: ["operators@example.org"] };

describe("the settings of monitoring", () => {
    it("are off where nothing is said, and need nothing else where they are on", () => {
        assert.equal(parseSettings({ serverName: "example.org" }).settings?.monitoring.enabled, false);
        assert.deepEqual(faults({}), []);
    });

    const right: [string, Monitoring["receivers"]][] = [
        ["a webhook", { webhook: { url: "https://alerts.example.org/hook?token=x" } }],
        ["mail with a sign-in", { mail: { ...mail, username: "u", password: "p" } }],
        ["mail without one", { mail }],
        ["a room that is not encrypted", { room: { room: "alarms", bot: "notifier" } }],
        ["a public room", { room: { room: "open", bot: "notifier" } }],
    ];
    for (const [what, receivers] of right) it(`take ${what}`, () => assert.deepEqual(faults({ receivers }), []));

    const atRoom = (room: string, bot = "notifier") => ({ receivers: { room: { room, bot } } });
    const wrong: [string, Monitoring | Record<string, unknown>, string][] = [
        ["a webhook without address", { receivers: { webhook: {} } }, "monitoring.receivers.webhook.url: is missing"],
        [
            "a webhook without scheme, without showing it",
            { receivers: { webhook: { url: "alerts.example.org/token" } } },
            "monitoring.receivers.webhook.url: the value given is not a URL, such as https://matrix.example.org",
        ],
        [
            "a webhook on the container itself",
            { receivers: { webhook: { url: "http://localhost:9000/" } } },
            "monitoring.receivers.webhook.url: the value given leads to Alertmanager's own container; name the host that takes alerts, as seen from there",
        ],
        [
            "mail without a mail server",
            { receivers: { mail: { from: mail.from, to: mail.to } } },
            "monitoring.receivers.mail.smarthost: is missing",
        ],
        [
            "a mail server without port",
            { receivers: { mail: { ...mail, smarthost: "smtp.example.org" } } },
            'monitoring.receivers.mail.smarthost: "smtp.example.org" has no port; write smtp.example.org:587',
        ],
        [
            "a mail server as a URL",
            { receivers: { mail: { ...mail, smarthost: "smtp://smtp.example.org" } } },
            'monitoring.receivers.mail.smarthost: "smtp://smtp.example.org" is a URL; write host and port alone, such as smtp.example.org:587',
        ],
        [
            "mail to nobody",
            { receivers: { mail: { ...mail, to: [] } } },
            "monitoring.receivers.mail.to: [] is empty; write a value, or take the line out",
        ],
        [
            "mail to no address",
            { receivers: { mail: { ...mail, to: ["operators"] } } },
            'monitoring.receivers.mail.to.0: "operators" is not a mail address, such as operators@example.org',
        ],
        [
            "a user name without password",
            { receivers: { mail: { ...mail, username: "u" } } },
            "monitoring.receivers.mail.password: is missing, and username is set; set both, or none",
        ],
        [
            "a room that is not declared",
            atRoom("nowhere"),
            'monitoring.receivers.room.room: "nowhere" is not a room; name one of rooms (alarms, announcements, elsewhere, open, secret)',
        ],
        [
            "a bot that is not declared",
            atRoom("alarms", "nobody"),
            'monitoring.receivers.room.bot: "nobody" is not a bot; name one of bots (asleep, notifier)',
        ],
        [
            "a bot that is deactivated",
            atRoom("alarms", "asleep"),
            'monitoring.receivers.room.bot: "asleep" is deactivated; name another bot',
        ],
        [
            "a bot that is not in the room",
            atRoom("elsewhere"),
            'monitoring.receivers.room.bot: "notifier" is not a member of the room; add it to rooms.elsewhere.members',
        ],
        [
            "a bot that may not speak there",
            atRoom("announcements"),
            'monitoring.receivers.room.bot: "notifier" has power level 0 in the room, and messages need 50; raise it in rooms.announcements.members',
        ],
        [
            "an encrypted room",
            atRoom("secret"),
            'monitoring.receivers.room.room: "secret" is encrypted, and alerts are sent in plain text; set rooms.secret.encrypted to false in a new room',
        ],
        ["a retention of 0", { retention: "0" }, 'monitoring.retention: "0" is not a duration with its unit, such as 12h, 30d, 8w or 1y'],
        ["a retention of an hour", { retention: "1h" }, 'monitoring.retention: "1h" is too short; at least 2h'],
        ["an unknown key", { retain: "15d" }, "monitoring.retain: is not a setting; did you mean retention?"],
        ["an unknown receiver", { receivers: { mails: mail } }, "monitoring.receivers.mails: is not a setting; did you mean mail?"],
        ["a port of another part", { port: 8008 }, "monitoring.port: 8008 is already homeserver.port"],
    ];
    for (const [what, monitoring, expected] of wrong)
        it(`refuse ${what}`, () => assert.deepEqual(faults(monitoring as Monitoring), [expected]));

    it("refuse what has no effect while nothing is monitored", () => {
        const images = { grafana: "docker.io/grafana/grafana:12.2.0" };
        assert.deepEqual(faults({ enabled: false, receivers: { mail } }, { images }), [
            "monitoring.receivers.mail: has no effect without monitoring; set monitoring.enabled to true",
            "images.grafana: has no effect without monitoring; set monitoring.enabled to true",
        ]);
    });

    it("refuse a homeserver that is told to have no metrics", () => {
        assert.deepEqual(faults({}, { homeserver: { config: { enable_metrics: false } } }), [
            "homeserver.config.enable_metrics: is false, and monitoring needs metrics; remove it",
        ]);
    });
});
