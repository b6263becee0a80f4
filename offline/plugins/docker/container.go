package docker

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

var containerResource = resource{
	token:       "docker:index/container:Container",
	noun:        "container",
	fields:      containerFields,
	outputs:     containerOutputs,
	deleteFirst: true,
	meta:        containerMeta,
	create:      createContainer,
	read:        readContainer,
	update:      updateContainer,
	delete:      deleteContainer,
}

const (
	containerMeta = `{"e2bfb730-ecaa-11e6-8f88-34363bc7c4c0":{"create":1200000000000,"delete":1200000000000,` +
		`"update":1200000000000},"schema_version":"2"}`
	// The official plugin forgets that a wait failed, so that a second up calls an unhealthy container good.
	unfinishedMeta = `{"e2bfb730-ecaa-11e6-8f88-34363bc7c4c0":{"create":1200000000000,"delete":1200000000000,` +
		`"update":1200000000000},"schema_version":"2","unfinished":"wait"}`
	notStartedMeta = `{"e2bfb730-ecaa-11e6-8f88-34363bc7c4c0":{"create":1200000000000,"delete":1200000000000,` +
		`"update":1200000000000},"schema_version":"2","unfinished":"start"}`
)

func unfinished(state property.Map) bool { return textOf(state, metaKey) == unfinishedMeta }

// notStarted: what the engine would have filled in is missing in the state, and so is unknown to a plan.
func notStarted(state property.Map) bool { return textOf(state, metaKey) == notStartedMeta }

func createContainer(ctx context.Context, api *client.Client, inputs, planned property.Map) (found, error) {
	name, image := textOf(inputs, "name"), textOf(inputs, "image")
	files, err := uploadsOf(inputs)
	if err != nil {
		return found{}, err
	}
	spec, err := containerSpec(inputs)
	if err != nil {
		return found{}, err
	}
	if _, err := findImage(ctx, api, image, ""); err != nil {
		return found{}, fmt.Errorf("unable to create container %s: %w", name, err)
	}
	unbroken, done := uninterrupted(ctx, 0)
	defer done()
	created, err := api.ContainerCreate(unbroken, spec.config, spec.host, nil, nil, name)
	if err != nil {
		return found{}, fmt.Errorf("unable to create container %s: %w", name, err)
	}
	if err := furnish(ctx, api, created.ID, inputs, files); err != nil {
		if ctx.Err() != nil { // nobody waits for the answer, so it would be left behind and its name block the next try
			discard(api, created.ID)
			return found{}, err
		}
		return found{id: created.ID, state: planned.Set(metaKey, property.New(notStartedMeta))}, errUnfinished{err}
	}
	var unhealthy error
	if flagOf(inputs, "start") && flagOf(inputs, "wait") {
		unhealthy = awaitHealth(ctx, api, created.ID, wholeOf(inputs, "waitTimeout"))
	}
	if unhealthy == nil && flagOf(inputs, "attach") {
		if planned, err = attach(ctx, api, created.ID, planned); err != nil {
			discard(api, created.ID)
			return found{}, err
		}
	}
	return settle(api, created.ID, planned, unhealthy)
}

// settle reads back what became of a container, with a context of its own: an interrupted wait must not lose it.
func settle(api *client.Client, id string, state property.Map, unhealthy error) (found, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	got, err := readContainer(ctx, api, id, state)
	switch {
	case err != nil: // it runs all the same, so it must not be lost
		return found{id: id, state: state}, errUnfinished{err}
	case got.id == "" && unhealthy != nil:
		return found{}, unhealthy
	case got.id == "":
		return found{}, fmt.Errorf("container %s was gone as soon as it had run (rm is set)", textOf(state, "name"))
	case unhealthy != nil:
		got.state = got.state.Set(metaKey, property.New(unfinishedMeta))
		return got, errUnfinished{unhealthy}
	}
	return got, nil
}

// furnish does what comes between create and a first breath, in the official order.
func furnish(ctx context.Context, api *client.Client, id string, inputs property.Map, files []upload) error {
	if err := joinNetworks(ctx, api, id, objectsOf(inputs, "networksAdvanced")); err != nil {
		return err
	}
	for _, file := range files {
		if err := file.copyInto(ctx, api, id); err != nil {
			return err
		}
	}
	if flagOf(inputs, "start") {
		if err := api.ContainerStart(ctx, id, container.StartOptions{}); err != nil {
			return fmt.Errorf("unable to start container %s: %w", textOf(inputs, "name"), err)
		}
	}
	return nil
}

func discard(api *client.Client, id string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	// The error that led here is the one to report; should this fail too, the next run's name conflict says so.
	_ = api.ContainerRemove(ctx, id, container.RemoveOptions{Force: true, RemoveVolumes: true})
}

func deleteContainer(ctx context.Context, api *client.Client, id string, state property.Map) error {
	grace := int(wholeOf(state, "destroyGraceSeconds")) // 0 kills at once, as officially
	ctx, done := uninterrupted(ctx, time.Duration(grace)*time.Second)
	defer done()
	if !flagOf(state, "attach") {
		err := api.ContainerStop(ctx, id, container.StopOptions{Timeout: &grace})
		if err != nil && !errdefs.IsNotFound(err) {
			return fmt.Errorf("unable to stop container %s: %w", textOf(state, "name"), err)
		}
	}
	options := container.RemoveOptions{Force: true, RemoveVolumes: flagOf(state, "removeVolumes")}
	if err := api.ContainerRemove(ctx, id, options); err != nil && !goingOrGone(err) {
		return fmt.Errorf("unable to remove container %s: %w", textOf(state, "name"), err)
	}
	condition := container.WaitConditionNotRunning
	if flagOf(state, "rm") {
		condition = container.WaitConditionRemoved
	}
	ended, failed := api.ContainerWait(ctx, id, condition)
	select {
	case <-ended:
	case err := <-failed:
		if !goingOrGone(err) {
			return fmt.Errorf("unable to wait for the removal of container %s: %w", textOf(state, "name"), err)
		}
	}
	return nil
}

func goingOrGone(err error) bool {
	return errdefs.IsNotFound(err) || strings.Contains(err.Error(), "is already in progress")
}
