/** A Chromium for tests: the one of this machine, installed where it is missing and may be. */
import { type Browser, chromium } from "playwright-core";
import { Failure } from "../../scripts/project/failure.ts";
import { aptInstall, distribution, pathOf } from "../../scripts/setup/apt.ts";

/**
 * As root on Debian, installs Chromium where there is none.
 * @returns the browser's path
 * @throws Failure saying what to install
 */
export async function readyBrowser(): Promise<string> {
    const found = installedBrowser();
    if (found) return found;
    const advice = "install chromium or google-chrome, then run the same command again";
    if (!mayInstall(process.getuid?.() === 0, distribution())) throw new Failure(`This test needs a browser: ${advice}`);
    console.log("    installing chromium, once");
    await aptInstall(() => {}, ["chromium"], { log: "apt-chromium", next: advice });
    return installedBrowser() ?? "chromium";
}

function installedBrowser(): string | undefined {
    return pathOf("chromium") ?? pathOf("google-chrome");
}

/** Ubuntu's package of this name is a stub that wants snap, which containers do not have. */
export function mayInstall(isRoot: boolean, distro: string): boolean {
    return isRoot && distro === "debian";
}

/** Has no window; its camera shows a moving picture and its microphone beeps, and pages get both without asking. */
export function openBrowser(executablePath: string): Promise<Browser> {
    return chromium.launch({
        executablePath,
        args: [
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            "--autoplay-policy=no-user-gesture-required",
            // Calls would otherwise be tried from each address of the machine, of which Docker makes one a network.
            "--webrtc-ip-handling-policy=default_public_interface_only",
        ],
    });
}
