package docker

import (
	"context"
	"testing"

	"github.com/docker/docker/api/types/container"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

func TestRefreshShowsDrift(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "drift")
	asked := program(d, obj{"memory": 64, "memorySwap": 64})
	d.up("create", asked)
	_, err := api.ContainerUpdate(context.Background(), d.id, container.UpdateConfig{
		RestartPolicy: container.RestartPolicy{Name: "always"},
		Resources:     container.Resources{Memory: 32 * mebibyte, MemorySwap: 64 * mebibyte},
	})
	must(t, err)
	must(t, api.ContainerRename(context.Background(), d.id, d.urn.Name()+"-renamed"))
	equal(t, "what a run without refresh changes", changes(d.diff(asked)), "")
	d.refresh()
	equal(t, "the refreshed input", textOf(d.inputs, "restart"), "always")
	equal(t, "what a run changes", changes(d.diff(asked)), "memory update\nname update&replace\nrestart update")
}

func TestRefreshOfARemovedContainer(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "removed")
	d.up("create", program(d, nil))
	must(t, api.ContainerRemove(context.Background(), d.id, container.RemoveOptions{Force: true}))
	d.refresh()
	equal(t, "the ID", d.id, "")
	d.up("create", program(d, nil))
}

func stop(t *testing.T, d *deployment) {
	t.Helper()
	must(t, api.ContainerStop(context.Background(), d.id, container.StopOptions{}))
}

func TestRefreshOfAStoppedContainer(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "stopped")
	d.up("create", program(d, nil))
	stop(t, d)
	d.up("same", program(d, nil))
	d.refresh()
	equal(t, "mustRun", flagOf(d.state, "mustRun"), false)
	equal(t, "what a run changes", changes(d.diff(program(d, nil))), "mustRun update")
	old := d.id
	d.up("update", program(d, nil))
	equal(t, "the container", d.id, old)
	equal(t, "it runs", inspect(t, d).State.Running, true)
}

func TestRefreshOfAStoppedContainerWithPorts(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "stopped-ports")
	asked := program(d, obj{"ports": []obj{{"internal": 80, "ip": "127.0.0.1"}}})
	d.up("create", asked)
	stop(t, d)
	d.refresh()
	equal(t, "the ports are lost", d.state.Get("ports").IsNull(), true)
	equal(t, "what a run changes", changes(d.diff(asked)), "mustRun update\nports add&replace")
	d.up("replace", asked)
	equal(t, "it runs", inspect(t, d).State.Running, true)
}

func TestRefreshReadsNoEnvsLabelsOrUploads(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "unread")
	asked := program(d, obj{
		"envs": []string{"A=1"}, "labels": []obj{{"label": "a", "value": "b"}},
		"uploads": []obj{{"file": "/f", "content": "x"}},
	})
	d.up("create", asked)
	must(t, upload{content: "y", header: headerOf("/f")}.copyInto(t.Context(), api, d.id))
	d.refresh()
	equal(t, "envs have nothing of the image", len(textsOf(d.state, "envs")), 1)
	d.up("same", asked)
}

func TestContainerImport(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "import")
	d.up("create", program(d, obj{"memory": 64, "memorySwap": 64, "envs": []string{"A=1"}}))
	read, err := d.server.Read(p.ReadRequest{ID: d.id, Urn: d.urn})
	must(t, err)
	equal(t, "the ID", read.ID, d.id)
	equal(t, "the name", textOf(read.Inputs, "name"), d.urn.Name())
	equal(t, "the image", textOf(read.Inputs, "image"), testImage)
	equal(t, "the memory", wholeOf(read.Inputs, "memory"), 64)
	equal(t, "envs are not read", read.Inputs.Get("envs").IsNull(), true)

	byName, err := d.server.Read(p.ReadRequest{ID: d.urn.Name(), Urn: d.urn})
	must(t, err)
	equal(t, "a name is no ID", byName.ID, "")

	d.inputs, d.state = read.Inputs, read.Properties
	equal(t, "what can not be imported shows", changes(d.diff(program(d, obj{"memory": 64, "memorySwap": 64}))),
		"containerReadRefreshTimeoutMilliseconds add\nmustRun add\nremoveVolumes add\nstart add\nwaitTimeout add")
	d.state = d.state.Set("removeVolumes", property.New(true))
}
