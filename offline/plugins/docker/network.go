package docker

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/client"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

var networkResource = resource{
	token:   "docker:index/network:Network",
	noun:    "network",
	fields:  networkFields,
	outputs: networkOutputs,
	meta:    `{"schema_version":"1"}`,
	create:  createNetwork,
	read:    readNetwork,
	update: func(_ context.Context, _ *client.Client, _ string, _, planned property.Map) (property.Map, error) {
		return planned, nil // never called: every change replaces
	},
	delete: deleteNetwork,
}

// How long a removal waits for what still uses a network or volume, as officially.
const removalTimeout = 30 * time.Second

func createNetwork(ctx context.Context, api *client.Client, inputs, planned property.Map) (found, error) {
	name := textOf(inputs, "name")
	options := network.CreateOptions{
		Driver:     textOf(inputs, "driver"),
		Internal:   flagOf(inputs, "internal"),
		Attachable: flagOf(inputs, "attachable"),
		Ingress:    flagOf(inputs, "ingress"),
		Options:    textMapOf(inputs, "options"),
		Labels:     labelsOf(inputs),
		IPAM: &network.IPAM{
			Driver:  textOf(inputs, "ipamDriver"),
			Options: textMapOf(inputs, "ipamOptions"),
		},
	}
	if flagOf(inputs, "ipv6") {
		on := true
		options.EnableIPv6 = &on
	}
	for _, pool := range objectsOf(inputs, "ipamConfigs") {
		options.IPAM.Config = append(options.IPAM.Config, network.IPAMConfig{
			Subnet:     textOf(pool, "subnet"),
			IPRange:    textOf(pool, "ipRange"),
			Gateway:    textOf(pool, "gateway"),
			AuxAddress: textMapOf(pool, "auxAddress"),
		})
	}
	unbroken, done := uninterrupted(ctx, 0)
	defer done()
	created, err := api.NetworkCreate(unbroken, name, options)
	if err != nil {
		return found{}, fmt.Errorf("unable to create network %s: %w", name, err)
	}
	got, err := readNetwork(ctx, api, created.ID, planned)
	if err != nil {
		removeUnread(func(ctx context.Context) error { return api.NetworkRemove(ctx, created.ID) })
	}
	return got, err
}

// removeUnread takes away what was made but could not be read back, so that the next run can make it again.
func removeUnread(remove func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), removalTimeout)
	defer cancel()
	_ = remove(ctx) // the failed read is the error to report
}

func readNetwork(ctx context.Context, api *client.Client, id string, state property.Map) (found, error) {
	seen, err := api.NetworkInspect(ctx, id, network.InspectOptions{})
	if errdefs.IsNotFound(err) {
		return found{}, nil
	}
	if err != nil {
		return found{}, fmt.Errorf("unable to inspect network %s: %w", id, err)
	}
	o := overlay{fields: append(append([]field{}, networkFields...), networkOutputs...), state: state.AsMap()}
	o.set("name", seen.Name)
	o.set("labels", labelValues(seen.Labels))
	o.set("driver", seen.Driver)
	o.set("internal", seen.Internal)
	o.set("attachable", seen.Attachable)
	o.set("ingress", seen.Ingress)
	o.set("ipv6", seen.EnableIPv6)
	o.set("ipamDriver", seen.IPAM.Driver)
	o.set("ipamOptions", seen.IPAM.Options)
	o.set("scope", seen.Scope)
	o.set("options", seen.Options)
	if o.state["options"].IsNull() {
		// To the official plugin options that are not even empty are unknown, which replaces the network and all that is in it.
		o.state["options"] = toValue(map[string]string{})
	}
	var pools []map[string]any
	for _, pool := range seen.IPAM.Config {
		pools = append(pools, map[string]any{
			"subnet": pool.Subnet, "ipRange": pool.IPRange, "gateway": pool.Gateway, "auxAddress": pool.AuxAddress,
		})
	}
	o.set("ipamConfigs", pools)
	return found{id: seen.ID, state: property.NewMap(o.state)}, nil
}

func deleteNetwork(ctx context.Context, api *client.Client, id string, state property.Map) error {
	err := untilUnused(ctx, "has active endpoints", func() error { return api.NetworkRemove(ctx, id) })
	if err != nil {
		return fmt.Errorf("unable to remove network %s: %w", textOf(state, "name"), err)
	}
	return nil
}

// untilUnused tries a removal again while the engine says that the thing is in use: containers go away with a delay.
func untilUnused(ctx context.Context, inUse string, remove func() error) error {
	limited, cancel := context.WithTimeout(ctx, removalTimeout)
	defer cancel()
	for {
		err := remove()
		switch {
		case err == nil || errdefs.IsNotFound(err):
			return nil
		case !strings.Contains(err.Error(), inUse):
			return err
		}
		select {
		case <-limited.Done():
			return err
		case <-time.After(pollInterval):
		}
	}
}

func labelValues(labels map[string]string) []map[string]any {
	var values []map[string]any
	for _, name := range sortedKeys(labels) {
		values = append(values, map[string]any{"label": name, "value": labels[name]})
	}
	return values
}
