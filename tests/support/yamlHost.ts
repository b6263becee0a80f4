/** Pulumi's language host for YAML. It comes with the official CLI; beside a CLI that was built here, it is built once. */
import { join } from "node:path";
import { builtBin } from "../../scripts/project/checkout.ts";
import { choosePulumi } from "../../scripts/project/pulumi.ts";
import { goStep } from "../../scripts/setup/goBuild.ts";

const host = goStep({
    title: "Pulumi language host for YAML",
    name: "pulumi-language-yaml",
    module: "yaml-host",
    main: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    output: join(builtBin, "pulumi-language-yaml"),
});

export async function yamlHost(): Promise<void> {
    if (choosePulumi()?.kind === "built" && (await host.done()) === undefined) await host.run(() => {});
}
