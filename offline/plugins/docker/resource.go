package docker

import (
	"context"
	"errors"
	"fmt"

	"github.com/docker/docker/client"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// A resource is one type of thing that the plugin manages. Check, diff and schema follow from its fields.
type resource struct {
	token       string
	noun        string // what errors call it
	fields      []field
	outputs     []field // what comes out beside the inputs
	deleteFirst bool    // on a replacement, even where the name is made up
	meta        string  // what the bridge keeps in __meta, so that the official plugin can take a state over

	// planned is the state as far as it is known before; what the engine fills in is left out.
	create func(ctx context.Context, api *client.Client, inputs, planned property.Map) (found, error)
	read   func(ctx context.Context, api *client.Client, id string, state property.Map) (found, error)
	update func(ctx context.Context, api *client.Client, id string, state, planned property.Map) (property.Map, error)
	delete func(ctx context.Context, api *client.Client, id string, state property.Map) error
}

// found is what a read came back with; nothing where the thing is gone.
type found struct {
	id    string
	state property.Map
}

// errUnfinished marks a create or update that left a thing worth keeping, so that it goes into the state.
type errUnfinished struct{ error }

func (e errUnfinished) Unwrap() error { return e.error }

var resources = []resource{containerResource, networkResource, volumeResource, remoteImageResource}

func resourceOf(u urn.URN) (resource, error) {
	for _, r := range resources {
		if r.token == string(u.Type()) {
			return r, nil
		}
	}
	return resource{}, fmt.Errorf("the stand-in of @pulumi/docker does not know resource %s", u.Type())
}

// planned is the state after a create or update as far as it is known before: inputs as given, what the engine fills in
// kept, or unknown where there is no old state yet.
func (r resource) planned(state, inputs property.Map) property.Map {
	next := state.AsMap()
	fresh := state.Len() == 0
	for _, f := range r.fields {
		value := inputs.Get(f.name)
		switch {
		case !value.IsNull():
			next[f.name] = withoutInternal(value)
		case f.falsy:
			next[f.name] = property.New(false)
		case f.computed && fresh:
			next[f.name] = property.New(property.Computed)
		case !f.computed:
			delete(next, f.name)
		}
	}
	if fresh {
		for _, f := range r.outputs {
			next[f.name] = property.New(property.Computed)
		}
	}
	next[metaKey] = property.New(r.meta)
	return property.NewMap(next)
}

// known leaves out what a plan could not know.
func known(state property.Map) property.Map {
	next := state.AsMap()
	for key, value := range next {
		if value.IsComputed() {
			delete(next, key)
		}
	}
	return property.NewMap(next)
}

// refreshed are the inputs after a read: those that the engine now reports otherwise than before take its value.
func (r resource) refreshed(inputs, before, after property.Map) property.Map {
	next := inputs.AsMap()
	for _, f := range r.fields {
		if inputs.Get(f.name).IsNull() || f.same(before.Get(f.name), after.Get(f.name)) {
			continue
		}
		if value := after.Get(f.name); value.IsNull() {
			delete(next, f.name)
		} else {
			next[f.name] = value
		}
	}
	return property.NewMap(next)
}

// imported are the inputs of a resource that no program has described yet: all that is not at its zero value or default.
func (r resource) imported(state property.Map) property.Map {
	inputs := map[string]property.Value{defaultsKey: toValue([]string{})}
	for _, f := range r.fields {
		value := state.Get(f.name)
		if f.plain(value) != nil && (f.fallback == nil || !f.same(value, toValue(f.fallback))) {
			inputs[f.name] = value
		}
	}
	return property.NewMap(inputs)
}

var errNotConfigured = errors.New("the Docker engine's address is not known yet, so nothing can be asked of it")
