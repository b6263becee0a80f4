/**
 * Of every container that runs for good. Not `unless-stopped`: an engine that was killed stops, when it starts anew, the containers that it
 * finds running, takes them for stopped by hand, and leaves them down (Docker 20.10; https://github.com/docker/for-linux/issues/652).
 */
export const restartPolicy = "always";
