package docker

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// between is the diff from a state to a program, both given as programs.
func between(t *testing.T, before, after obj) (string, bool) {
	t.Helper()
	old, failures := containerResource.check(toValue(before).AsMap(), property.Map{}, "test")
	if len(failures) > 0 {
		t.Fatal(failures)
	}
	inputs, failures := containerResource.check(toValue(after).AsMap(), old, "test")
	if len(failures) > 0 {
		t.Fatal(failures)
	}
	diff := containerResource.diff(known(containerResource.planned(property.Map{}, old)), inputs)
	return changes(diff), diff.DeleteBeforeReplace
}

func TestDiff(t *testing.T) {
	unknown := property.New(property.Computed)
	file := func(name string, content any) obj { return obj{"file": name, "content": content} }
	cases := map[string]struct{ before, after, want any }{
		"nothing changed": {obj{"memory": 64}, obj{"memory": 64}, ""},
		"memory updates":  {obj{"memory": 64}, obj{"memory": 65}, "memory update"},
		"a health check updates": {
			obj{"healthcheck": obj{"tests": []string{"CMD", "a"}}}, obj{"healthcheck": obj{"tests": []string{"CMD", "b"}}},
			"healthcheck.tests[1] update",
		},
		"tmpfs updates":      {obj{}, obj{"tmpfs": obj{"/run": ""}}, "tmpfs add"},
		"a command replaces": {obj{"command": []string{"a", "b"}}, obj{"command": []string{"a"}}, "command[1] delete&replace"},
		"the order of a command counts": {
			obj{"command": []string{"a", "b"}}, obj{"command": []string{"b", "a"}},
			"command[0] update&replace\ncommand[1] update&replace",
		},
		"the order of envs does not": {obj{"envs": []string{"A=1", "B=2"}}, obj{"envs": []string{"B=2", "A=1"}}, ""},
		"an env that changed": {
			obj{"envs": []string{"A=1", "B=2"}}, obj{"envs": []string{"A=1", "B=3"}}, "envs[1] update&replace",
		},
		"an env that came": {
			obj{"envs": []string{"A=1", "B=2"}}, obj{"envs": []string{"0=0", "A=1", "B=2"}}, "envs[0] add&replace",
		},
		"the order of uploads does not count": {
			obj{"uploads": []obj{file("/a", "1"), file("/b", "2")}}, obj{"uploads": []obj{file("/b", "2"), file("/a", "1")}}, "",
		},
		"one line of one upload": {
			obj{"uploads": []obj{file("/a", "1"), file("/b", "2")}}, obj{"uploads": []obj{file("/a", "1"), file("/b", "3")}},
			"uploads[1].content update&replace",
		},
		"a secret upload is compared too": {
			obj{"uploads": []obj{file("/a", secret("1"))}}, obj{"uploads": []obj{file("/a", secret("2"))}},
			"uploads[0].content update&replace",
		},
		"uploads that are secret as a whole": {
			obj{"uploads": toValue([]obj{file("/a", "1"), file("/b", "2")}).WithSecret(true)},
			obj{"uploads": toValue([]obj{file("/a", "1"), file("/c", "2")}).WithSecret(true)},
			"uploads update&replace",
		},
		"an unknown upload": {
			obj{"uploads": []obj{file("/a", "1"), file("/b", "2")}}, obj{"uploads": []obj{file("/a", "1"), file("/b", unknown)}},
			"uploads[1].content update&replace",
		},
		"an unknown image replaces": {obj{"image": "x"}, obj{"image": unknown}, "image update&replace"},
		"capabilities are sets": {
			obj{"capabilities": obj{"drops": []string{"A", "B"}}}, obj{"capabilities": obj{"drops": []string{"B", "A"}}}, "",
		},
		"a capability less": {
			obj{"capabilities": obj{"drops": []string{"A", "B"}}}, obj{"capabilities": obj{"drops": []string{"A"}}},
			"capabilities.drops[1] delete&replace",
		},
		"ports are a set, and the engine picks the number outside": {
			obj{"ports": []obj{{"internal": 1, "external": 32768}, {"internal": 2, "external": 2}}},
			obj{"ports": []obj{{"internal": 2, "external": 2}, {"internal": 1}}}, "",
		},
		"a port that changed": {
			obj{"ports": []obj{{"internal": 1, "external": 1}}}, obj{"ports": []obj{{"internal": 1, "external": 2}}},
			"ports[0].external update&replace",
		},
		"what the engine fills in may be left out": {
			obj{"envs": []string{"A=1"}, "labels": []obj{{"label": "a", "value": "b"}}, "hostname": "h"}, obj{}, "",
		},
		"what it does not fill in may not":   {obj{"memorySwap": 64, "hosts": []obj{{"host": "h", "ip": "i"}}}, obj{}, "hosts delete&replace\nmemorySwap delete"},
		"a user that is left out stays":      {obj{"user": "991", "workingDir": "/"}, obj{}, ""},
		"zero is the same as unset":          {obj{"cpuShares": 0, "rm": false}, obj{}, ""},
		"stopSignal and stopTimeout replace": {obj{}, obj{"stopSignal": "SIGINT", "stopTimeout": 3}, "stopSignal add&replace\nstopTimeout add&replace"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			base := obj{"image": "x", "name": "n"}
			got, _ := between(t, with(base, c.before.(obj)), with(base, c.after.(obj)))
			equal(t, "the diff", got, c.want.(string))
		})
	}
}

func TestDiffDeletesFirst(t *testing.T) {
	_, first := between(t, obj{"image": "x"}, obj{"image": "y"})
	equal(t, "a container with a made-up name", first, true)
	network := func(program obj, old property.Map) property.Map {
		inputs, _ := networkResource.check(toValue(program).AsMap(), old, "test")
		return inputs
	}
	for _, named := range []obj{{"name": "n"}, {}} {
		old := network(named, property.Map{})
		diff := networkResource.diff(old, network(with(named, obj{"internal": true}), old))
		equal(t, "the diff of a network", changes(diff), "internal add&replace")
		equal(t, "a network deletes first where its name is given", diff.DeleteBeforeReplace, len(named) > 0)
	}
}
