/** Programs that images hold and that are built here from their Go modules, outside the images. */
import { join } from "node:path";
import { goModuleVersion, type ImageName, toolsDir } from "../project/checkout.ts";
import { type GoProgram, goStep } from "./goBuild.ts";
import type { Report } from "./step.ts";

const programs: Partial<Record<ImageName, () => GoProgram>> = {
    caddy: () => ({
        title: "Caddy",
        name: "caddy",
        module: "images/caddy",
        main: "github.com/caddyserver/caddy/v2/cmd/caddy",
        output: join(toolsDir, "caddy"),
        variables: {
            "github.com/caddyserver/caddy/v2.CustomVersion": goModuleVersion("images/caddy", "github.com/caddyserver/caddy/v2"),
        },
    }),
    dendrite: () => ({
        title: "Dendrite",
        name: "dendrite",
        module: "images/dendrite",
        main: "github.com/matrix-org/dendrite/cmd/dendrite",
        output: join(toolsDir, "dendrite"),
    }),
    mautrixWhatsapp: () => mautrix("mautrixWhatsapp", "whatsapp"),
    mautrixGmessages: () => mautrix("mautrixGmessages", "gmessages"),
    matterbridge: () => ({
        title: "matterbridge",
        name: "matterbridge",
        module: "images/matterbridge",
        main: "github.com/42wim/matterbridge",
        output: join(toolsDir, "matterbridge"),
        // The module of Nextcloud Talk is not served. The others are platforms that this program does not offer; they double the program.
        tags: ["nctalk", "whatsapp", "msteams", "keybase", "steam", "vk", "harmony", "gitter", "slack"].map((platform) => `no${platform}`),
    }),
};

/** In Go alone where it can be: goolm takes the place of libolm. What remains of C is linked in, so that the program runs on any libc. */
function mautrix(image: ImageName, program: string): GoProgram {
    const module = `go.mau.fi/mautrix-${program}`;
    return {
        title: `mautrix-${program}`,
        name: `mautrix-${program}`,
        module: `images/${image}`,
        main: `${module}/cmd/mautrix-${program}`,
        output: join(toolsDir, `mautrix-${program}`),
        variables: { "main.Tag": goModuleVersion(`images/${image}`, module) },
        tags: ["goolm", "netgo", "osusergo", "sqlite_omit_load_extension"],
        cgo: true,
    };
}

/** The program of an image, built unless it is there already, and the name that it has in the image's context; undefined where it needs none. */
export async function imageProgram(image: ImageName, report: Report): Promise<{ path: string; name: string } | undefined> {
    const program = programs[image]?.();
    if (program === undefined) return undefined;
    const step = goStep(program);
    if ((await step.done()) === undefined) {
        await step.run(report);
    }
    return { path: program.output, name: program.name };
}
