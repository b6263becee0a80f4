package bridge

import (
	"context"
	"fmt"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Plan is what a resource will look like, as far as a preview can tell.
type Plan struct {
	Inputs  Values
	State   Values // empty at creation
	Values  Values
	Replace map[string]bool // properties that call for a replacement although no input changed
}

// planned computes a plan the way Terraform does: the program's value, else the default, else for a computed property
// the value it has, else unknown.
func (b *provider) planned(r *Resource, inputs, state Values) *Plan {
	plan := &Plan{Inputs: inputs, State: state, Values: Values{}, Replace: map[string]bool{}}
	for name, field := range r.Fields {
		value, given := inputs[name]
		if field.Input && given && !value.IsNull() {
			plan.Values[name] = value
			if field.Kind == Object && value.IsMap() {
				// The list of defaults is the inputs' alone.
				plan.Values[name] = property.New(value.AsMap().Delete(defaultsKey)).WithSecret(value.Secret())
			}
			continue
		}
		if value, ok := field.defaultValue(); ok {
			plan.Values[name] = value
			continue
		}
		if !field.Computed && field.Input {
			continue
		}
		plan.Values[name] = property.New(property.Computed)
		if value, ok := state[name]; ok {
			plan.Values[name] = value
		}
	}
	if r.Plan != nil {
		r.Plan(plan)
	}
	return plan
}

func (b *provider) create(ctx context.Context, req p.CreateRequest) (p.CreateResponse, error) {
	r, err := b.resource(req.Urn.Type())
	if err != nil {
		return p.CreateResponse{}, err
	}
	planned := b.planned(r, fromMap(req.Properties), Values{}).Values
	if req.DryRun {
		planned["id"] = property.New(property.Computed)
		return p.CreateResponse{Properties: finish(r, planned)}, nil
	}
	id, outputs, err := r.Create(ctx, planned)
	if err != nil && id != "" {
		return p.CreateResponse{ID: id, Properties: settle(r, id, planned, nil), PartialState: failed(err)}, err
	}
	if err != nil {
		return p.CreateResponse{}, err
	}
	return p.CreateResponse{ID: id, Properties: settle(r, id, planned, outputs)}, nil
}

func (b *provider) update(ctx context.Context, req p.UpdateRequest) (p.UpdateResponse, error) {
	r, err := b.resource(req.Urn.Type())
	if err != nil {
		return p.UpdateResponse{}, err
	}
	state := fromMap(req.State)
	planned := b.planned(r, fromMap(req.Inputs), state).Values
	if req.DryRun {
		planned["id"] = property.New(req.ID)
		return p.UpdateResponse{Properties: finish(r, planned)}, nil
	}
	var outputs Values
	if r.Update != nil {
		outputs, err = r.Update(ctx, req.ID, state, planned.clone())
	}
	if err != nil {
		// Terraform's SDK keeps what was planned, though it was not done: the next update finds nothing to do.
		return p.UpdateResponse{Properties: settle(r, req.ID, planned, nil), PartialState: failed(err)}, err
	}
	return p.UpdateResponse{Properties: settle(r, req.ID, planned, outputs)}, nil
}

func failed(err error) *p.InitializationFailed {
	return &p.InitializationFailed{Reasons: []string{err.Error()}}
}

func (b *provider) delete(ctx context.Context, req p.DeleteRequest) error {
	r, err := b.resource(req.Urn.Type())
	if err != nil || r.Delete == nil {
		return err
	}
	return r.Delete(ctx, req.ID, fromMap(req.Properties))
}

func (b *provider) read(ctx context.Context, req p.ReadRequest) (p.ReadResponse, error) {
	r, err := b.resource(req.Urn.Type())
	if err != nil {
		return p.ReadResponse{}, err
	}
	state := fromMap(req.Properties)
	if len(state) == 0 {
		return b.importResource(ctx, r, req.ID)
	}
	if r.Read == nil {
		return p.ReadResponse{ID: req.ID, Properties: req.Properties, Inputs: req.Inputs}, nil
	}
	outputs, err := r.Read(ctx, req.ID, state)
	if err != nil || outputs == nil {
		return p.ReadResponse{}, err
	}
	properties := settle(r, req.ID, state, outputs)
	return p.ReadResponse{ID: req.ID, Properties: properties, Inputs: refreshed(r, fromMap(req.Inputs), fromMap(properties))}, nil
}

func (b *provider) importResource(ctx context.Context, r *Resource, id string) (p.ReadResponse, error) {
	if r.Import == nil {
		return p.ReadResponse{}, fmt.Errorf("%s cannot be imported: the official provider does not support it", r.Token)
	}
	newID, outputs, err := r.Import(ctx, id)
	if err != nil || outputs == nil {
		return p.ReadResponse{}, err
	}
	properties := settle(r, newID, Values{}, outputs)
	inputs := Values{}
	for name, value := range fromMap(properties) {
		field := r.Fields[name]
		standard, _ := field.defaultValue()
		// A program need not say what is the default anyway.
		if field.Input && !empty(value) && !plain(value).Equals(standard) {
			inputs[name] = value
		}
	}
	inputs[defaultsKey] = property.New([]property.Value{})
	return p.ReadResponse{ID: newID, Properties: properties, Inputs: inputs.toMap()}, nil
}

// refreshed puts what is really there into the inputs that were set. A default that has changed is none any more, so that
// the next check writes the default anew and the diff shows the drift.
func refreshed(r *Resource, inputs, state Values) property.Map {
	before := inputs.toMap()
	defaults := []property.Value{}
	for _, name := range sortedKeys(r.Fields) {
		value, ok := inputs[name]
		if !ok {
			continue
		}
		field, found := r.Fields[name], state[name]
		switch {
		case found.IsNull():
			delete(inputs, name)
		case !same(field, plain(value), plain(found), false):
			inputs[name] = stillThere(field, value, found)
		case wasDefaulted(before, name):
			defaults = append(defaults, property.New(name))
		}
	}
	if listed := before.Get(defaultsKey); listed.IsArray() {
		delete(inputs, defaultsKey)
		if len(defaults) > 0 {
			inputs[defaultsKey] = property.New(defaults)
		}
	}
	return inputs.toMap()
}

// stillThere leaves out what came to a set from outside: that is no input.
func stillThere(field Field, value, found property.Value) property.Value {
	secret := found.Secret() || value.Secret()
	if field.Kind == StringSet && value.IsArray() && found.IsArray() {
		kept := []property.Value{}
		for _, element := range value.AsArray().AsSlice() {
			if contains(plain(found).AsArray().AsSlice(), plain(element)) {
				kept = append(kept, element)
			}
		}
		return property.New(kept).WithSecret(secret)
	}
	return found.WithSecret(secret)
}

// settle lays what an operation found over what was planned; what stayed unknown is unset.
func settle(r *Resource, id string, planned, outputs Values) property.Map {
	values := planned.clone()
	for name, value := range outputs {
		wasSecret := values[name].HasSecrets()
		if field := r.Fields[name]; !same(field, plain(values[name]), plain(value), true) {
			values[name] = value.WithSecret(value.Secret() || wasSecret)
		}
	}
	for name, value := range values {
		if value.HasComputed() || value.IsNull() {
			delete(values, name)
		}
	}
	// A rename changes what the state says, not what the engine takes for the ID; so do bridged providers.
	if _, renamed := outputs["id"]; !renamed {
		values["id"] = property.New(id)
	}
	return finish(r, values)
}

// finish marks the secrets and adds what every bridged resource's state has.
func finish(r *Resource, values Values) property.Map {
	for name, field := range r.Fields {
		if value, ok := values[name]; ok && field.Secret {
			values[name] = value.WithSecret(true)
		}
	}
	if r.SchemaVersion > 0 {
		values["__meta"] = property.New(fmt.Sprintf(`{"schema_version":"%d"}`, r.SchemaVersion))
	}
	return values.toMap()
}
