package docker

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/blang/semver"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/integration"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

type obj = map[string]any

// A deployment is one resource of a stack, with what the CLI would keep of it, and does what the CLI would do.
type deployment struct {
	t      *testing.T
	server integration.Server
	urn    urn.URN
	id     string
	inputs property.Map
	state  property.Map
	steps  []string
}

func deploymentOf(t *testing.T, r resource, name string) *deployment {
	t.Helper()
	server, err := integration.NewServer(context.Background(), Package, semver.MustParse(Version),
		integration.WithProvider(Provider()))
	must(t, err)
	must(t, server.Configure(p.ConfigureRequest{Args: property.NewMap(map[string]property.Value{
		"host": property.New(api.DaemonHost()),
	})}))
	d := &deployment{
		t: t, server: server, urn: urn.New("test", "test", "", tokens.Type(r.token), prefix+"-"+name),
	}
	t.Cleanup(func() {
		if d.id != "" {
			_ = d.server.Delete(p.DeleteRequest{ID: d.id, Urn: d.urn, Properties: d.state})
		}
	})
	return d
}

func (d *deployment) check(program obj) (property.Map, []p.CheckFailure) {
	d.t.Helper()
	checked, err := d.server.Check(p.CheckRequest{Urn: d.urn, State: d.inputs, Inputs: toValue(program).AsMap()})
	must(d.t, err)
	return checked.Inputs, checked.Failures
}

func (d *deployment) checked(program obj) property.Map {
	d.t.Helper()
	inputs, failures := d.check(program)
	if len(failures) > 0 {
		d.t.Fatalf("refused: %v", failures)
	}
	return inputs
}

func (d *deployment) diff(program obj) p.DiffResponse {
	d.t.Helper()
	diff, err := d.server.Diff(p.DiffRequest{
		ID: d.id, Urn: d.urn, State: d.state, OldInputs: d.inputs, Inputs: d.checked(program),
	})
	must(d.t, err)
	return diff
}

// try deploys and returns what was done: create, update, replace or same.
func (d *deployment) try(program obj) (string, error) {
	d.t.Helper()
	inputs := d.checked(program)
	if d.id == "" {
		return "create", d.create(inputs)
	}
	diff := d.diff(program)
	switch {
	case !diff.HasChanges:
		d.inputs = inputs
		return "same", nil
	case differ(diff.DetailedDiff).replaces():
		if !diff.DeleteBeforeReplace {
			d.t.Fatal("the replacement would come before the deletion")
		}
		d.destroy()
		return "replace", d.create(inputs)
	}
	updated, err := d.server.Update(p.UpdateRequest{
		ID: d.id, Urn: d.urn, State: d.state, OldInputs: d.inputs, Inputs: inputs,
	})
	if err == nil || updated.PartialState != nil {
		d.inputs, d.state = inputs, updated.Properties
	}
	return "update", err
}

func (d *deployment) create(inputs property.Map) error {
	created, err := d.server.Create(p.CreateRequest{Urn: d.urn, Properties: inputs})
	if err == nil || created.PartialState != nil {
		d.id, d.inputs, d.state = created.ID, inputs, created.Properties
	}
	return err
}

func (d *deployment) up(want string, program obj) {
	d.t.Helper()
	step, err := d.try(program)
	must(d.t, err)
	if step != want {
		d.t.Fatalf("step is %s, want %s", step, want)
	}
}

func (d *deployment) refresh() {
	d.t.Helper()
	read, err := d.server.Read(p.ReadRequest{ID: d.id, Urn: d.urn, Properties: d.state, Inputs: d.inputs})
	must(d.t, err)
	d.id, d.inputs, d.state = read.ID, read.Inputs, read.Properties
}

func (d *deployment) destroy() {
	d.t.Helper()
	must(d.t, d.server.Delete(p.DeleteRequest{ID: d.id, Urn: d.urn, Properties: d.state}))
	d.id, d.state = "", property.Map{}
}

// changes shows a diff as sorted "path kind" lines.
func changes(diff p.DiffResponse) string {
	var lines []string
	for _, path := range slices.Sorted(maps.Keys(diff.DetailedDiff)) {
		lines = append(lines, path+" "+string(diff.DetailedDiff[path].Kind))
	}
	return strings.Join(lines, "\n")
}

func secret(text string) property.Value { return property.New(text).WithSecret(true) }

func with(program obj, more obj) obj {
	merged := maps.Clone(program)
	maps.Copy(merged, more)
	return merged
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func fails(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("there is no error")
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not say %q: %v", part, err)
		}
	}
}
