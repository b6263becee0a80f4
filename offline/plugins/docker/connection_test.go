package docker

import (
	"context"
	"encoding/json"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

func config(more obj) property.Map { return toValue(more).AsMap() }

func TestConfigureWithoutAnEngine(t *testing.T) {
	provider := Provider()
	err := provider.Configure(context.Background(), p.ConfigureRequest{Args: config(obj{"host": "unix:///not/there.sock"})})
	fails(t, err, "cannot connect to the Docker daemon at unix:///not/there.sock; is it running?")
}

func TestConfigDefaults(t *testing.T) {
	t.Setenv("DOCKER_HOST", "unix:///from/the/environment.sock")
	checked, err := checkConfig(context.Background(), p.CheckRequest{Inputs: config(obj{"version": "5.2.0"})})
	must(t, err)
	equal(t, "the failures", len(checked.Failures), 0)
	equal(t, "the host", textOf(checked.Inputs, "host"), "unix:///from/the/environment.sock")
}

func TestConfigRefusesWhatItDoesNotKnow(t *testing.T) {
	checked, err := checkConfig(context.Background(), p.CheckRequest{Inputs: config(obj{"certPath": "/certs"})})
	must(t, err)
	equal(t, "the reason", checked.Failures[0].Reason, "the stand-in of @pulumi/docker does not know provider input certPath")
	err = Provider().Configure(context.Background(), p.ConfigureRequest{Args: config(obj{"host": "ssh://a"})})
	fails(t, err, "does not know ssh:// hosts, but the host is ssh://a")
}

func TestConfigChangeReplacesNothing(t *testing.T) {
	diff, err := diffConfig(context.Background(), p.DiffRequest{
		State: config(obj{"host": "unix:///a"}), Inputs: config(obj{"host": "unix:///b"}),
	})
	must(t, err)
	equal(t, "the diff", changes(diff), "host update")
}

func TestSchemaNamesTheOfficialTokens(t *testing.T) {
	got, err := getSchema(context.Background(), p.GetSchemaRequest{})
	must(t, err)
	var spec struct {
		Version   string
		Resources map[string]struct{ RequiredInputs []string }
	}
	must(t, json.Unmarshal([]byte(got.Schema), &spec))
	equal(t, "the version", spec.Version, Version)
	for _, token := range []string{
		"docker:index/container:Container", "docker:index/network:Network",
		"docker:index/volume:Volume", "docker:index/remoteImage:RemoteImage",
	} {
		if _, ok := spec.Resources[token]; !ok {
			t.Errorf("the schema lacks %s", token)
		}
	}
}

func TestUnknownResource(t *testing.T) {
	_, err := resourceOf("urn:pulumi:s::p::docker:index/image:Image::n")
	fails(t, err, "the stand-in of @pulumi/docker does not know resource docker:index/image:Image")
}
