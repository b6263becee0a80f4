package docker

import (
	"context"
	"fmt"
	"strings"

	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/client"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// joinNetworks leaves the default bridge, if the container is on it, and joins the networks that are asked for.
func joinNetworks(ctx context.Context, api *client.Client, id string, networks []property.Map) error {
	if len(networks) == 0 {
		return nil
	}
	err := api.NetworkDisconnect(ctx, "bridge", id, false)
	if err != nil && !strings.Contains(err.Error(), "is not connected to the network bridge") {
		return fmt.Errorf("unable to leave the default network: %w", err)
	}
	for _, joined := range networks {
		endpoint := &network.EndpointSettings{
			Aliases:    textsOf(joined, "aliases"),
			IPAMConfig: &network.EndpointIPAMConfig{},
		}
		if err := api.NetworkConnect(ctx, textOf(joined, "name"), id, endpoint); err != nil {
			return fmt.Errorf("unable to connect to network %s: %w", textOf(joined, "name"), err)
		}
	}
	return nil
}
