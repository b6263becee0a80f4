package docker

import (
	"context"
	"testing"

	"github.com/docker/docker/api/types/image"
	p "github.com/pulumi/pulumi-go-provider"
)

func TestRemoteImageOfALocalImage(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, remoteImageResource, "image")
	name := prefix + ":kept"
	must(t, api.ImageTag(context.Background(), testImage, name))
	asked := obj{"name": name, "keepLocally": true}
	d.up("create", asked)
	local, err := api.ImageInspect(context.Background(), name)
	must(t, err)
	equal(t, "the image ID", textOf(d.state, "imageId"), local.ID)
	equal(t, "the ID", d.id, local.ID+name)
	equal(t, "the repo digest", textOf(d.state, "repoDigest"), "")
	d.refresh()
	d.up("same", asked)
	equal(t, "triggers replace", changes(d.diff(with(asked, obj{"triggers": obj{"a": "b"}}))), "triggers add&replace")

	d.destroy()
	_, err = api.ImageInspect(context.Background(), name)
	must(t, err)

	d.up("create", asked)
	d.up("update", obj{"name": name})
	d.destroy()
	_, err = api.ImageInspect(context.Background(), name)
	equal(t, "the image is gone without keepLocally", err != nil, true)
}

func TestRemoteImageThatIsGone(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, remoteImageResource, "gone")
	name := prefix + ":gone"
	must(t, api.ImageTag(context.Background(), testImage, name))
	d.up("create", obj{"name": name, "keepLocally": true})
	_, err := api.ImageRemove(context.Background(), name, image.RemoveOptions{})
	must(t, err)
	d.refresh()
	equal(t, "the ID", d.id, "")
}

func TestRemoteImageThatCannotBePulled(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, remoteImageResource, "missing")
	_, err := d.try(obj{"name": "localhost:1/nobody/has:this"})
	fails(t, err, "image localhost:1/nobody/has:this is not on this engine, and unable to pull it")
}

func TestRemoteImagePreview(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, remoteImageResource, "preview-image")
	planned, err := d.server.Create(p.CreateRequest{
		Urn: d.urn, Properties: d.checked(obj{"name": "localhost:1/nobody/has:this"}), DryRun: true,
	})
	must(t, err)
	equal(t, "the image ID is unknown", planned.Properties.Get("imageId").IsComputed(), true)
}
