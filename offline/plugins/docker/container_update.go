package docker

import (
	"context"
	"errors"
	"fmt"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// liveFields are the only ones whose change reaches the engine. The others of an update change the state alone.
var liveFields = []string{"restart", "maxRetryCount", "cpuShares", "memory", "memorySwap"}

func updateContainer(
	ctx context.Context, api *client.Client, id string, state, planned property.Map,
) (property.Map, error) {
	if flagOf(planned, "mustRun") && !flagOf(state, "mustRun") && flagOf(planned, "start") {
		if err := api.ContainerStart(ctx, id, container.StartOptions{}); err != nil {
			return property.Map{}, fmt.Errorf("unable to start container %s: %w", textOf(planned, "name"), err)
		}
	}
	if changed(liveFields, state, planned) {
		_, err := api.ContainerUpdate(ctx, id, container.UpdateConfig{
			RestartPolicy: restartPolicy(planned),
			Resources: container.Resources{
				CPUShares:  wholeOf(planned, "cpuShares"),
				Memory:     wholeOf(planned, "memory") * mebibyte,
				MemorySwap: memorySwap(planned),
			},
		})
		if err != nil {
			return property.Map{}, fmt.Errorf("unable to update container %s: %w", textOf(planned, "name"), err)
		}
	}
	if notStarted(state) { // officially it is not started by an update either, but found stopped by a refresh
		return planned.Set(metaKey, state.Get(metaKey)), nil
	}
	if unfinished(state) && flagOf(planned, "wait") {
		return finish(ctx, api, id, planned)
	}
	return planned, nil
}

// finish takes up the wait that failed when the container was created.
func finish(ctx context.Context, api *client.Client, id string, planned property.Map) (property.Map, error) {
	got, err := settle(api, id, planned, awaitHealth(ctx, api, id, wholeOf(planned, "waitTimeout")))
	if err != nil && !errors.As(err, new(errUnfinished)) {
		return property.Map{}, err
	}
	return got.state, err
}

func changed(names []string, state, planned property.Map) bool {
	for _, name := range names {
		if f, _ := find(containerFields, name); !f.same(state.Get(name), planned.Get(name)) {
			return true
		}
	}
	return false
}
