/** What is found out before anything is touched, by trying it. No platform is named here. */

/** A program that is run once, apart from everything, in the image that will run it for good. */
export interface Trial {
    /** What it is about, for a fault: the path of a setting. */
    setting: string;
    image: string;
    /** The setting that names the image. */
    imageSetting: string;
    /** Program and arguments; no secret. */
    command: [string, ...string[]];
    /** Standard input. Secret. */
    input: string;
    /** What it needs of the machine, and of the network; nothing where absent. */
    needs?: { user: { uid: number; gid: number }; directory?: { directory: string; path: string }; network: boolean };
    /** Line that says that the directory is not there. */
    noDirectory?: string;
    /** Lines that say what is wrong. @param output what the program wrote */
    faults(output: string): string[];
}

/** Files in a workload as it stands, running or not, that say whether it can be changed as asked. */
export interface Standing {
    /** Name of the workload. */
    workload: string;
    paths: string[];
    /** Lines that say what is wrong. @param files those that are there. Secret. */
    faults(files: Map<string, string>): string[];
}

export interface Findings {
    trials: Trial[];
    standing: Standing[];
}
