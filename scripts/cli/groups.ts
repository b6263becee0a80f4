/** The commands of the first level, and where each is: only the one that is named is loaded. */
import type { Command } from "commander";

export interface Group {
    name: string;
    /** As the program's help says it. */
    summary: string;
    load: () => Promise<Command>;
}

/** In the order of the help. */
export const groups: readonly Group[] = [
    {
        name: "info",
        summary: "start-up order and times, dependencies, priority",
        load: async () => (await import("./info.ts")).infoCommand(),
    },
    {
        name: "manage",
        summary: "install, uninstall, start, stop, restart",
        load: async () => (await import("./manage/manage.ts")).manageCommand(),
    },
    {
        name: "test",
        summary: "run the smoke, integration or unit tests, or all",
        load: async () => (await import("./test.ts")).testCommand(),
    },
    {
        name: "status",
        summary: "state, health and address of every component",
        load: async () => (await import("./status/status.ts")).statusCommand(),
    },
    {
        name: "logs",
        summary: "log lines of all components by time, or of one",
        load: async () => (await import("./logs.ts")).logsCommand(),
    },
    {
        name: "credentials",
        summary: "addresses, accounts and tokens, masked unless asked for",
        load: async () => (await import("./credentials.ts")).credentialsCommand(),
    },
    {
        name: "content",
        summary: "users, rooms, bots and messages",
        load: async () => (await import("./content/content.ts")).contentCommand(),
    },
    {
        name: "completion",
        summary: "completion for bash, zsh or fish",
        load: async () => (await import("./completion.ts")).completionCommand(),
    },
];
