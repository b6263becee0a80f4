/** What each image that was built here is made of, as CycloneDX 1.6: Debian's packages, Python's distributions, and Go modules, as the image itself has them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { execa } from "execa";
import { PackageURL } from "packageurl-js";
import { type ImageName, imageReference, toolsDir, versions } from "../project/checkout.ts";
import { recipeLabel } from "./recipe.ts";

export interface Part {
    /** Kind of package, as package URLs name it. Source: https://github.com/package-url/purl-spec */
    kind: "deb" | "pypi" | "golang";
    name: string;
    version: string;
    /** Of a Debian package. */
    architecture?: string;
}

const debian = `dpkg-query --show --showformat='\${Package}\\t\${Version}\\t\${Architecture}\\n'`;
const python = `[ ! -x /usr/local/bin/python3 ] || /usr/local/bin/python3 -c '
from importlib.metadata import distributions
for one in distributions(): print(one.name, one.version, sep="\\t")'`;
/** Programs that no Debian package brought. */
const others = `cat /var/lib/dpkg/info/*.list | sed -E 's#^/(s?bin|lib)/#/usr/\\1/#' | sort >/tmp/owned
find /usr/bin /usr/sbin /usr/local/bin /usr/local/sbin -type f -perm -100 | sort | comm -23 - /tmp/owned`;

async function inImage(image: string, script: string): Promise<string[]> {
    const place = ["run", "--rm", "--network", "none", "--user", "0:0", "--entrypoint", "sh"];
    return (await execa("docker", [...place, image, "-c", script])).stdout.split("\n").filter(Boolean);
}

/** @returns undefined for an image that was pulled: its vendor says what is in it */
export async function partsOfImage(name: ImageName): Promise<Part[] | undefined> {
    const image = imageReference(name);
    const { stdout } = await execa("docker", ["image", "inspect", "--format", "{{json .Config.Labels}}", image]);
    if (!stdout.includes(`"${recipeLabel}"`)) return undefined;
    const packages = (await inImage(image, debian)).map((line): Part => {
        const [name = "", version = "", architecture = ""] = line.split("\t");
        return { kind: "deb", name, version, architecture };
    });
    const distributions = (await inImage(image, python)).map((line): Part => {
        const [name = "", version = ""] = line.split("\t");
        // As PyPI writes it.
        return { kind: "pypi", name: name.toLowerCase().replace(/[-_.]+/g, "-"), version };
    });
    const modules = await goModules(image, await inImage(image, others));
    return [...packages, ...distributions, ...modules].sort((a, b) => (purlOf(a) < purlOf(b) ? -1 : 1));
}

/** Modules of those programs that Go has built. */
async function goModules(image: string, programs: string[]): Promise<Part[]> {
    if (programs.length === 0) return [];
    const directory = mkdtempSync(join(tmpdir(), "sbom-"));
    const container = (await execa("docker", ["create", image])).stdout;
    try {
        for (const [index, program] of programs.entries())
            await execa("docker", ["cp", `${container}:${program}`, join(directory, `${index}`)]);
        const { stdout } = await execa("go", ["version", "-m", directory]);
        return modulesIn(stdout);
    } finally {
        await execa("docker", ["rm", container]);
        rmSync(directory, { recursive: true });
    }
}

/** From the build information of programs, as `go version -m` prints it; of a module that is replaced, the one that is used. Pure. */
export function modulesIn(printed: string): Part[] {
    const parts = new Map<string, Part>();
    let last = "";
    for (const line of printed.split("\n")) {
        const [kind = "", name = "", version = ""] = line.trim().split("\t");
        const toolchain = /: go(\d\S*)$/.exec(line)?.[1];
        if (toolchain) parts.set("stdlib", { kind: "golang", name: "stdlib", version: toolchain });
        if (kind === "=>") parts.delete(last);
        if (!["dep", "mod", "=>"].includes(kind) || version === "(devel)" || !version) continue;
        last = `${name}@${version}`;
        parts.set(last, { kind: "golang", name, version });
    }
    return [...parts.values()];
}

function purlOf({ kind, name, version, architecture }: Part): string {
    const at = kind === "golang" ? name.lastIndexOf("/") : -1;
    const namespace = kind === "deb" ? "debian" : at > 0 ? name.slice(0, at) : undefined;
    return new PackageURL(
        kind,
        namespace,
        name.slice(at + 1),
        version,
        architecture ? { arch: architecture } : undefined,
        undefined,
    ).toString();
}

/** The same parts give the same text. Pure. */
export function bomOf(image: string, version: string, parts: readonly Part[]): string {
    const bom = new Models.Bom();
    bom.metadata.component = new Models.Component(Enums.ComponentType.Container, image, { version, bomRef: `${image}:${version}` });
    for (const part of parts) {
        const purl = purlOf(part);
        bom.components.add(new Models.Component(Enums.ComponentType.Library, part.name, { version: part.version, purl, bomRef: purl }));
    }
    const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
    return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

const folder = join(toolsDir, "sbom");

/** Writes one file an image that is here and was built here. @param say is told of each */
export async function writeSboms(say: (line: string) => void): Promise<void> {
    mkdirSync(folder, { recursive: true });
    for (const name of Object.keys(versions.images) as ImageName[]) {
        const present = await execa("docker", ["image", "inspect", imageReference(name)], { reject: false });
        const parts = present.failed ? undefined : await partsOfImage(name);
        if (parts === undefined) {
            say(`${imageReference(name)}: ${present.failed ? "not here; make images" : "pulled from its vendor, who says what is in it"}`);
            continue;
        }
        const file = join(folder, `${name}.cdx.json`);
        writeFileSync(file, bomOf(`matrix-synapse/${name}`, versions.images[name].tag, parts));
        say(`${file}: ${parts.length} components`);
    }
}
