package docker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

var remoteImageResource = resource{
	token:   "docker:index/remoteImage:RemoteImage",
	noun:    "remoteImage",
	fields:  remoteImageFields,
	outputs: remoteImageOutputs,
	meta: `{"e2bfb730-ecaa-11e6-8f88-34363bc7c4c0":{"create":1200000000000,"delete":1200000000000,` +
		`"update":1200000000000}}`,
	create: createRemoteImage,
	read:   readRemoteImage,
	update: updateRemoteImage,
	delete: deleteRemoteImage,
}

// findImage looks at the engine's own images first and pulls only what is missing.
func findImage(ctx context.Context, api *client.Client, name, platform string) (image.InspectResponse, error) {
	local, err := api.ImageInspect(ctx, name)
	if err == nil {
		return local, nil
	}
	if !errdefs.IsNotFound(err) {
		return image.InspectResponse{}, fmt.Errorf("unable to inspect image %s: %w", name, err)
	}
	if err := pull(ctx, api, name, platform); err != nil {
		return image.InspectResponse{}, fmt.Errorf("image %s is not on this engine, and unable to pull it: %w", name, err)
	}
	local, err = api.ImageInspect(ctx, name)
	if err != nil {
		return image.InspectResponse{}, fmt.Errorf("unable to find or pull image %s: %w", name, err)
	}
	return local, nil
}

func pull(ctx context.Context, api *client.Client, name, platform string) error {
	progress, err := api.ImagePull(ctx, name, image.PullOptions{Platform: platform})
	if err != nil {
		return err
	}
	defer func() { _ = progress.Close() }()
	decoder := json.NewDecoder(progress)
	for {
		var message struct{ Error string }
		if err := decoder.Decode(&message); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if message.Error != "" {
			return errors.New(message.Error)
		}
	}
}

func createRemoteImage(ctx context.Context, api *client.Client, inputs, planned property.Map) (found, error) {
	if _, err := findImage(ctx, api, textOf(inputs, "name"), textOf(inputs, "platform")); err != nil {
		return found{}, err
	}
	return readRemoteImage(ctx, api, "", planned)
}

func readRemoteImage(ctx context.Context, api *client.Client, _ string, state property.Map) (found, error) {
	name := textOf(state, "name")
	if name == "" {
		return found{}, errors.New("a RemoteImage cannot be imported, officially neither")
	}
	local, err := api.ImageInspect(ctx, name)
	if errdefs.IsNotFound(err) {
		return found{}, nil
	}
	if err != nil {
		return found{}, fmt.Errorf("unable to inspect image %s: %w", name, err)
	}
	state = state.Set("imageId", property.New(local.ID)).
		Set("repoDigest", property.New(repoDigest(name, local.RepoDigests)))
	return found{id: local.ID + name, state: state}, nil
}

// repoDigest is that of the registry the name points at, "" for an image that no registry knows.
func repoDigest(name string, digests []string) string {
	if len(digests) == 0 {
		return ""
	}
	repository, _, _ := strings.Cut(name, ":")
	for _, digest := range digests {
		if len(digests) > 1 && strings.HasPrefix(digest, repository) {
			return digest
		}
	}
	return digests[0]
}

func updateRemoteImage(
	ctx context.Context, api *client.Client, id string, _, planned property.Map,
) (property.Map, error) {
	if _, err := findImage(ctx, api, textOf(planned, "name"), textOf(planned, "platform")); err != nil {
		return property.Map{}, err
	}
	got, err := readRemoteImage(ctx, api, id, planned)
	return got.state, err
}

func deleteRemoteImage(ctx context.Context, api *client.Client, _ string, state property.Map) error {
	if flagOf(state, "keepLocally") {
		return nil
	}
	name := textOf(state, "name")
	_, err := api.ImageRemove(ctx, name, image.RemoveOptions{Force: flagOf(state, "forceRemove")})
	if err != nil && !errdefs.IsNotFound(err) {
		return fmt.Errorf("unable to remove image %s: %w", name, err)
	}
	return nil
}
