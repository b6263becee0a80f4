package docker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
	"github.com/docker/docker/pkg/stdcopy"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

const pollInterval = 500 * time.Millisecond

// awaitHealth polls until the container is healthy. Unhealthy is no end: it may still recover within the timeout.
func awaitHealth(ctx context.Context, api *client.Client, id string, seconds int64) error {
	limited, cancel := context.WithTimeout(ctx, time.Duration(seconds)*time.Second)
	defer cancel()
	for {
		state, err := api.ContainerInspect(limited, id)
		switch {
		case limited.Err() != nil:
		case err != nil:
			return fmt.Errorf("unable to inspect the container that should become healthy: %w", err)
		case state.State.Health == nil:
			return fmt.Errorf("container %s has no health check, so wait cannot be used: "+
				"remove wait or add healthcheck", nameOf(state))
		case state.State.Health.Status == container.Healthy:
			return nil
		case ended(state):
			return unhealthy(api, id, "as it has exited")
		}
		select {
		case <-limited.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return unhealthy(api, id, "before the interrupt")
			}
			return unhealthy(api, id, fmt.Sprintf("within %d s (waitTimeout)", seconds))
		case <-time.After(pollInterval):
		}
	}
}

// ended: nothing will start it again, so to wait for the timeout would change nothing.
func ended(state container.InspectResponse) bool {
	policy := state.HostConfig.RestartPolicy
	return state.State.Status == container.StateExited && policy.IsNone()
}

// unhealthy tells what can be seen of a container that did not become healthy.
func unhealthy(api *client.Client, id, when string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	state, err := api.ContainerInspect(ctx, id)
	if err != nil {
		return fmt.Errorf("container failed to be in healthy state %s, and is gone: %w", when, err)
	}
	lines := []string{fmt.Sprintf("container %s failed to be in healthy state %s: state %s, exit code %d",
		nameOf(state), when, state.State.Status, state.State.ExitCode)}
	if health := state.State.Health; health != nil {
		lines[0] += ", health " + health.Status
		if last := len(health.Log) - 1; last >= 0 {
			said := strings.TrimSpace(health.Log[last].Output)
			lines = append(lines, fmt.Sprintf("last health check (exit code %d): %s", health.Log[last].ExitCode, said))
		}
	}
	if logs, err := logsOf(ctx, api, id, "10"); err == nil && strings.TrimSpace(logs) != "" {
		lines = append(lines, "last log lines:", strings.TrimSpace(logs))
	}
	return errors.New(strings.Join(lines, "\n"))
}

func nameOf(state container.InspectResponse) string { return strings.TrimPrefix(state.Name, "/") }

func logsOf(ctx context.Context, api *client.Client, id, tail string) (string, error) {
	stream, err := api.ContainerLogs(ctx, id, container.LogsOptions{ShowStdout: true, ShowStderr: true, Tail: tail})
	if err != nil {
		return "", err
	}
	defer func() { _ = stream.Close() }()
	var logs bytes.Buffer
	if _, err := stdcopy.StdCopy(&logs, &logs, stream); err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return logs.String(), nil
}

// attach waits for the end of a one-shot container and, with logs, keeps what it wrote.
func attach(ctx context.Context, api *client.Client, id string, state property.Map) (property.Map, error) {
	exited, failed := api.ContainerWait(ctx, id, container.WaitConditionNotRunning)
	select {
	case err := <-failed:
		return state, fmt.Errorf("unable to wait for the end of container %s: %w", textOf(state, "name"), err)
	case <-exited:
	}
	if !flagOf(state, "logs") {
		return state, nil
	}
	logs, err := logsOf(ctx, api, id, "all")
	if err != nil {
		return state, fmt.Errorf("unable to read the logs of container %s: %w", textOf(state, "name"), err)
	}
	return state.Set("containerLogs", property.New(logs)), nil
}
