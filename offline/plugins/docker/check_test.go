package docker

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

func refusal(t *testing.T, r resource, program obj) string {
	t.Helper()
	_, failures := r.check(toValue(program).AsMap(), property.Map{}, "test")
	var reasons []string
	for _, failure := range failures {
		reasons = append(reasons, failure.Property+": "+failure.Reason)
	}
	return strings.Join(reasons, "\n")
}

func TestCheckRefuses(t *testing.T) {
	image := obj{"image": "x"}
	upload := func(more obj) obj {
		return with(image, obj{"uploads": []obj{with(obj{"file": "/f", "content": "c"}, more)}})
	}
	cases := map[string]struct {
		resource resource
		program  obj
		want     string
	}{
		"an input it does not know": {
			containerResource, with(image, obj{"privileged": true}),
			"privileged: the stand-in of @pulumi/docker does not know container input privileged",
		},
		"an input inside another that it does not know": {
			containerResource, upload(obj{"contentBase64": "eA=="}),
			"uploads[0].contentBase64: the stand-in of @pulumi/docker does not know container input uploads[0].contentBase64",
		},
		"a build": {
			remoteImageResource, obj{"name": "x", "build": obj{"context": "."}},
			"build: the stand-in of @pulumi/docker does not know remoteImage input build",
		},
		"a cluster volume": {
			volumeResource, obj{"cluster": obj{}},
			"cluster: the stand-in of @pulumi/docker does not know volume input cluster",
		},
		"a container without image": {containerResource, obj{}, "image: container needs image"},
		"a list for a string": {
			containerResource, obj{"image": []string{"x"}},
			"image: container input image must be a string, but is a list",
		},
		"a string for a number": {
			containerResource, with(image, obj{"memory": "64m"}),
			`memory: container input memory must be a integer, but is "64m"`,
		},
		"a restart policy that there is not": {
			containerResource, with(image, obj{"restart": "never"}),
			`restart: container input restart must be one of no, on-failure, always, unless-stopped, but is "never"`,
		},
		"a duration without unit": {
			containerResource, with(image, obj{"healthcheck": obj{"interval": "30"}}),
			`healthcheck.interval: container input healthcheck.interval must be a duration that is not negative, ` +
				`such as "30s", but is "30"`,
		},
		"permissions that are not four octal digits": {
			containerResource, upload(obj{"permissions": "640"}),
			`uploads[0].permissions: container input uploads[0].permissions must be four octal digits that begin with 0, ` +
				`such as "0640", but is "640"`,
		},
		"a secret, without showing it": {
			containerResource, with(image, obj{"restart": secret("hunter2")}),
			`restart: container input restart must be one of no, on-failure, always, unless-stopped, ` +
				`but is a secret that is not`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			equal(t, "the refusal", refusal(t, c.resource, c.program), c.want)
		})
	}
}

func TestCheckFillsInTheOfficialDefaults(t *testing.T) {
	program := obj{"image": "x", "name": "n", "ports": []obj{{"internal": 80}}}
	inputs, _ := containerResource.check(toValue(program).AsMap(), property.Map{}, "test")
	equal(t, "the defaulted inputs", strings.Join(textsOf(inputs, defaultsKey), " "),
		"containerReadRefreshTimeoutMilliseconds mustRun networkMode removeVolumes restart start waitTimeout")
	equal(t, "networkMode", textOf(inputs, "networkMode"), "bridge")
	equal(t, "waitTimeout", wholeOf(inputs, "waitTimeout"), 60)
	port := objectsOf(inputs, "ports")[0]
	equal(t, "the protocol", textOf(port, "protocol"), "tcp")
	equal(t, "the address", textOf(port, "ip"), "0.0.0.0")
}

func TestCheckMakesUpANameOnce(t *testing.T) {
	first, _ := volumeResource.check(property.Map{}, property.Map{}, "data")
	name := textOf(first, "name")
	if len(name) != len("data-")+7 || !strings.HasPrefix(name, "data-") {
		t.Errorf("the name is %s", name)
	}
	second, _ := volumeResource.check(property.Map{}, first, "data")
	equal(t, "the name of the next run", textOf(second, "name"), name)
}

func TestCheckLetsUnknownValuesThrough(t *testing.T) {
	unknown := property.New(property.Computed)
	program := obj{
		"image": unknown, "memory": unknown, "uploads": unknown, "healthcheck": obj{"interval": unknown},
	}
	equal(t, "the refusal", refusal(t, containerResource, program), "")
}
