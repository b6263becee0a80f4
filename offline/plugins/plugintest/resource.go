// Package plugintest drives a plugin in a test in the order in which the engine does: check, diff, then act.
package plugintest

import (
	"sort"
	"strings"
	"testing"

	"github.com/blang/semver"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/integration"
	presource "github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Resource is one resource of a stack and its state.
type Resource struct {
	t      *testing.T
	Server integration.Server
	Urn    presource.URN

	ID      string
	Inputs  property.Map
	Outputs property.Map
}

// Server starts a plugin in this process.
func Server(t *testing.T, provider p.Provider, name, version string) integration.Server {
	t.Helper()
	server, err := integration.NewServer(t.Context(), name, semver.MustParse(version), integration.WithProvider(provider))
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// New is a resource that does not exist yet.
func New(t *testing.T, server integration.Server, token, name string) *Resource {
	return &Resource{t: t, Server: server, Urn: presource.NewURN("test", "project", "", tokens.Type(token), name)}
}

// Check returns the checked inputs and the failures, one "property: reason" each.
func (r *Resource) Check(inputs property.Map) (property.Map, []string) {
	r.t.Helper()
	response, err := r.Server.Check(p.CheckRequest{Urn: r.Urn, State: r.Inputs, Inputs: inputs, RandomSeed: []byte("seed")})
	if err != nil {
		r.t.Fatalf("check: %v", err)
	}
	var failures []string
	for _, failure := range response.Failures {
		failures = append(failures, failure.Property+": "+failure.Reason)
	}
	return response.Inputs, failures
}

func (r *Resource) mustCheck(inputs property.Map) property.Map {
	r.t.Helper()
	checked, failures := r.Check(inputs)
	if len(failures) > 0 {
		r.t.Fatalf("check: %s", strings.Join(failures, "; "))
	}
	return checked
}

// Create makes the resource, with a preview before.
func (r *Resource) Create(inputs property.Map) {
	r.t.Helper()
	if err := r.TryCreate(inputs); err != nil {
		r.t.Fatalf("create: %v", err)
	}
}

// TryCreate is Create for a test that expects an error.
func (r *Resource) TryCreate(inputs property.Map) error {
	r.t.Helper()
	r.PreviewCreate(inputs)
	checked := r.mustCheck(inputs)
	response, err := r.Server.Create(p.CreateRequest{Urn: r.Urn, Properties: checked})
	if r.kept(err, response.PartialState) {
		r.ID, r.Inputs, r.Outputs = response.ID, checked, response.Properties
	}
	return err
}

// PreviewCreate returns what a preview knows of the resource to come.
func (r *Resource) PreviewCreate(inputs property.Map) property.Map {
	r.t.Helper()
	response, err := r.Server.Create(p.CreateRequest{Urn: r.Urn, Properties: r.mustCheck(inputs), DryRun: true})
	if err != nil {
		r.t.Fatalf("preview of create: %v", err)
	}
	return response.Properties
}

// Diff lists the changes as "path: kind", sorted.
func (r *Resource) Diff(inputs property.Map) []string {
	r.t.Helper()
	var changes []string
	for path, change := range r.RawDiff(inputs).DetailedDiff {
		changes = append(changes, path+": "+string(change.Kind))
	}
	sort.Strings(changes)
	return changes
}

// RawDiff is the whole answer.
func (r *Resource) RawDiff(inputs property.Map) p.DiffResponse {
	r.t.Helper()
	response, err := r.Server.Diff(p.DiffRequest{
		ID: r.ID, Urn: r.Urn, State: r.Outputs, OldInputs: r.Inputs, Inputs: r.mustCheck(inputs),
	})
	if err != nil {
		r.t.Fatalf("diff: %v", err)
	}
	if response.HasChanges != (len(response.DetailedDiff) > 0) {
		r.t.Fatalf("diff contradicts itself: %+v", response)
	}
	return response
}

// PreviewUpdate returns what a preview knows of the resource after an update.
func (r *Resource) PreviewUpdate(inputs property.Map) property.Map {
	r.t.Helper()
	response, err := r.Server.Update(p.UpdateRequest{
		ID: r.ID, Urn: r.Urn, State: r.Outputs, OldInputs: r.Inputs, Inputs: r.mustCheck(inputs), DryRun: true,
	})
	if err != nil {
		r.t.Fatalf("preview of update: %v", err)
	}
	return response.Properties
}

// Update changes the resource in place, with a preview before.
func (r *Resource) Update(inputs property.Map) {
	r.t.Helper()
	if err := r.TryUpdate(inputs); err != nil {
		r.t.Fatalf("update: %v", err)
	}
}

// TryUpdate is Update for a test that expects an error. The plugin then says whether the state stays.
func (r *Resource) TryUpdate(inputs property.Map) error {
	r.t.Helper()
	r.PreviewUpdate(inputs)
	checked := r.mustCheck(inputs)
	response, err := r.Server.Update(p.UpdateRequest{
		ID: r.ID, Urn: r.Urn, State: r.Outputs, OldInputs: r.Inputs, Inputs: checked,
	})
	if r.kept(err, response.PartialState) {
		r.Inputs, r.Outputs = checked, response.Properties
	}
	return err
}

// kept says whether the engine takes over the outputs. A partial state without an error would crash the plugin's server.
func (r *Resource) kept(err error, partial *p.InitializationFailed) bool {
	if partial != nil && err == nil {
		r.t.Fatal("a partial state came without an error")
	}
	return err == nil || partial != nil
}

// Refresh reads the resource back and says whether it still exists.
func (r *Resource) Refresh() bool {
	r.t.Helper()
	response, err := r.Server.Read(p.ReadRequest{ID: r.ID, Urn: r.Urn, Properties: r.Outputs, Inputs: r.Inputs})
	if err != nil {
		r.t.Fatalf("refresh: %v", err)
	}
	if response.ID == "" {
		return false
	}
	r.ID, r.Inputs, r.Outputs = response.ID, response.Inputs, response.Properties
	return true
}

// Import reads a resource that the stack does not know yet.
func (r *Resource) Import(id string) error {
	response, err := r.Server.Read(p.ReadRequest{ID: id, Urn: r.Urn})
	r.ID, r.Inputs, r.Outputs = response.ID, response.Inputs, response.Properties
	return err
}

// Delete removes the resource.
func (r *Resource) Delete() {
	r.t.Helper()
	if err := r.TryDelete(); err != nil {
		r.t.Fatalf("delete: %v", err)
	}
}

// TryDelete is Delete for a test that expects an error.
func (r *Resource) TryDelete() error {
	return r.Server.Delete(p.DeleteRequest{ID: r.ID, Urn: r.Urn, Properties: r.Outputs, OldInputs: r.Inputs})
}
