package docker

import (
	"context"
	"testing"

	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/volume"
	p "github.com/pulumi/pulumi-go-provider"
)

func TestNetworkLifeCycle(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, networkResource, "net")
	asked := obj{"name": d.urn.Name(), "labels": []obj{{"label": "b", "value": "2"}, {"label": "a", "value": "1"}}}
	d.up("create", asked)
	equal(t, "the driver", textOf(d.state, "driver"), "bridge")
	equal(t, "the scope", textOf(d.state, "scope"), "local")
	equal(t, "the IPAM driver", textOf(d.state, "ipamDriver"), "default")
	equal(t, "the length of the ID", len(d.id), 64)
	equal(t, "options are known, and none", d.state.Get("options").IsMap(), true)
	equal(t, "a subnet is known", textOf(objectsOf(d.state, "ipamConfigs")[0], "subnet") != "", true)
	d.refresh()
	d.up("same", asked)

	read, err := d.server.Read(p.ReadRequest{ID: d.id, Urn: d.urn})
	must(t, err)
	equal(t, "the imported name", textOf(read.Inputs, "name"), d.urn.Name())

	d.up("replace", with(asked, obj{"internal": true}))
	must(t, api.NetworkRemove(context.Background(), d.id))
	d.refresh()
	equal(t, "the ID of a removed network", d.id, "")
}

func TestContainerJoinsNetworks(t *testing.T) {
	t.Parallel()
	n := deploymentOf(t, networkResource, "joined")
	n.up("create", obj{})
	name := textOf(n.state, "name")
	d := deploymentOf(t, containerResource, "joins")
	asked := program(d, obj{
		"networksAdvanced": []obj{{"name": name, "aliases": []string{"b", "a"}}},
		"ports":            []obj{{"internal": 80, "ip": "127.0.0.1"}},
	})
	d.up("create", asked)
	seen := inspect(t, d)
	equal(t, "how many networks", len(seen.NetworkSettings.Networks), 1)
	equal(t, "the address", textOf(objectsOf(d.state, "networkDatas")[0], "ipAddress"),
		seen.NetworkSettings.Networks[name].IPAddress)
	d.refresh()
	d.up("same", asked)
	equal(t, "another alias replaces", changes(d.diff(with(asked, obj{
		"networksAdvanced": []obj{{"name": name, "aliases": []string{"b", "c"}}},
	}))), "networksAdvanced[0].aliases[1] update&replace")

	missing := deploymentOf(t, containerResource, "joins-nothing")
	_, err := missing.try(program(missing, obj{"networksAdvanced": []obj{{"name": prefix + "-no-network"}}}))
	fails(t, err, "unable to start container "+missing.urn.Name(), "network "+prefix+"-no-network not found")
	missing.up("replace", program(missing, nil))
}

func TestNetworkDeletionWaitsForItsContainers(t *testing.T) {
	t.Parallel()
	n := deploymentOf(t, networkResource, "used")
	n.up("create", obj{"name": n.urn.Name()})
	d := deploymentOf(t, containerResource, "uses")
	d.up("create", program(d, obj{"networksAdvanced": []obj{{"name": n.urn.Name()}}}))
	deleted := make(chan error)
	go func() { deleted <- n.server.Delete(p.DeleteRequest{ID: n.id, Urn: n.urn, Properties: n.state}) }()
	d.destroy()
	must(t, <-deleted)
	_, err := api.NetworkInspect(context.Background(), n.id, network.InspectOptions{})
	equal(t, "the network is gone", err != nil, true)
	n.id = ""
}

func TestVolumeLifeCycle(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, volumeResource, "vol")
	asked := obj{"name": d.urn.Name(), "labels": []obj{{"label": "a", "value": "1"}}}
	d.up("create", asked)
	equal(t, "the ID", d.id, d.urn.Name())
	equal(t, "the driver", textOf(d.state, "driver"), "local")
	equal(t, "a mountpoint is known", textOf(d.state, "mountpoint") != "", true)
	d.refresh()
	d.up("same", asked)
	equal(t, "other labels replace", changes(d.diff(with(asked, obj{"labels": []obj{{"label": "a", "value": "2"}}}))),
		"labels[0].value update&replace")
	must(t, api.VolumeRemove(context.Background(), d.id, false))
	d.refresh()
	equal(t, "the ID of a removed volume", d.id, "")
}

func TestVolumeAdoptsOneOfItsName(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, volumeResource, "adopted")
	_, err := api.VolumeCreate(context.Background(), volume.CreateOptions{Name: d.urn.Name()})
	must(t, err)
	d.up("create", obj{"name": d.urn.Name()})
	equal(t, "the ID", d.id, d.urn.Name())
}
