package docker

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/volume"
	"github.com/docker/docker/client"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

var volumeResource = resource{
	token:   "docker:index/volume:Volume",
	noun:    "volume",
	fields:  volumeFields,
	outputs: volumeOutputs,
	meta:    `{"schema_version":"1"}`,
	create:  createVolume,
	read:    readVolume,
	update: func(_ context.Context, _ *client.Client, _ string, _, planned property.Map) (property.Map, error) {
		return planned, nil // never called: every change replaces
	},
	delete: deleteVolume,
}

// createVolume adopts a volume that has the name already: the engine's own way. A volume is therefore never removed
// when a later step fails.
func createVolume(ctx context.Context, api *client.Client, inputs, planned property.Map) (found, error) {
	created, err := api.VolumeCreate(ctx, volume.CreateOptions{
		Name:       textOf(inputs, "name"),
		Driver:     textOf(inputs, "driver"),
		DriverOpts: textMapOf(inputs, "driverOpts"),
		Labels:     labelsOf(inputs),
	})
	if err != nil {
		return found{}, fmt.Errorf("unable to create volume %s: %w", textOf(inputs, "name"), err)
	}
	return readVolume(ctx, api, created.Name, planned)
}

func readVolume(ctx context.Context, api *client.Client, id string, state property.Map) (found, error) {
	seen, err := api.VolumeInspect(ctx, id)
	if errdefs.IsNotFound(err) {
		return found{}, nil
	}
	if err != nil {
		return found{}, fmt.Errorf("unable to inspect volume %s: %w", id, err)
	}
	o := overlay{fields: append(append([]field{}, volumeFields...), volumeOutputs...), state: state.AsMap()}
	o.set("name", seen.Name)
	o.set("labels", labelValues(seen.Labels))
	o.set("driver", seen.Driver)
	o.set("driverOpts", seen.Options)
	o.set("mountpoint", seen.Mountpoint)
	return found{id: seen.Name, state: property.NewMap(o.state)}, nil
}

func deleteVolume(ctx context.Context, api *client.Client, id string, _ property.Map) error {
	err := untilUnused(ctx, "volume is in use", func() error { return api.VolumeRemove(ctx, id, true) })
	if err != nil {
		return fmt.Errorf("unable to remove volume %s: %w", id, err)
	}
	return nil
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
